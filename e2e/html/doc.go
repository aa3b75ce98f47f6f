// Package html opens the HTML report of `batchgate check` in a real browser, as wide as a phone and as a desk, light and
// dark: nothing is wider than the window, the filter works without a mouse, nothing is loaded and nothing goes wrong in the
// script. Screenshots go to the directory of $BATCHGATE_ARTEFACTS, where it is set.
//
// The browser is Debian's Chromium; install.sh installs it where it is missing.
package html
