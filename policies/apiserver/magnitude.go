package apiserver

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
)

// mostDigits is how many digits a quantity may have when it is written out.
// Memory of the whole world has thirty.
const mostDigits = 1000

// number matches a quantity as it stands in JSON: the whole, its digits, its
// exponent.
const number = `"?\s*([-+]?([0-9.]+)(?:[eE][-+]?([0-9]+))?)`

// magnitude refuses quantities such as 1e999999999. To compare or to round one,
// the library writes out all its digits, which takes minutes and gigabytes: the
// API server that got it could not answer either. doc is as ToJSON makes it.
func magnitude(doc []byte) error {
	if short(doc) {
		return nil
	}
	return sized(doc)
}

// sized looks at every quantity.
func sized(doc []byte) error {
	lists := regexp.MustCompile(`"(?:limits|requests|overhead)":\{[^{}]*`)
	alone := regexp.MustCompile(`"(?:sizeLimit|divisor)":` + number)
	entry := regexp.MustCompile(`":` + number)
	found := alone.FindAllSubmatch(doc, -1)
	for _, list := range lists.FindAll(doc, -1) {
		found = append(found, entry.FindAllSubmatch(list, -1)...)
	}
	for _, parts := range found {
		if why := endless(parts); why != "" {
			return &DecodeError{Message: why}
		}
	}
	return nil
}

// short tells that there is no number in a text that could be endless: none with many
// digits, and none with an exponent where a value may begin. A UID has digits before
// an e nearly always, and they do not stand there.
func short(text []byte) bool {
	begin := 0 // of the digits that came last
	for i, c := range text {
		switch {
		case c >= '0' && c <= '9' || c == '.':
			if i+1-begin > mostDigits {
				return false
			}
			continue
		case begin < i && (c == 'e' || c == 'E') && begins(text[:begin]):
			return false
		}
		begin = i + 1
	}
	return true
}

// begins tells whether a value may begin after a text, or after its sign.
func begins(before []byte) bool {
	n := len(before)
	if n > 0 && (before[n-1] == '-' || before[n-1] == '+') {
		n--
	}
	return n == 0 || bytes.IndexByte([]byte("\": \t\r\n\f"), before[n-1]) >= 0
}

// endless says why a match of number is not worked out; empty when it is.
func endless(parts [][]byte) string {
	whole, digits, exponent := parts[1], parts[2], parts[3]
	e, err := 0, error(nil)
	if len(exponent) > 0 {
		e, err = strconv.Atoi(string(exponent))
	}
	if err == nil && len(digits)+e <= mostDigits {
		return ""
	}
	shown := string(whole)
	if len(shown) > 40 {
		shown = shown[:20] + "…" + shown[len(shown)-20:] // an exponent stands at the end
	}
	return fmt.Sprintf("quantities must be of a sensible size: %s has more than %d digits", shown, mostDigits)
}
