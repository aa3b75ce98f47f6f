// Package image proves what `make image` promises: the same checkout gives the same bytes wherever it is built, nothing
// is in the image but the gate and licences, and the gate runs where there is nothing else.
//
// It reads the OCI layout itself instead of asking the library that wrote it. It knows nothing of registries but the
// one that the full form (`-args -full`) pushes to; that form also builds both platforms, and the second time from
// nothing.
package image
