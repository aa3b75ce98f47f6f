package parity

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// fields are causes of which only the fields are compared.
func fields(names []string) []Cause {
	slices.Sort(names)
	var causes []Cause
	for _, name := range slices.Compact(names) {
		causes = append(causes, Cause{Field: name})
	}
	return causes
}

// unknown are the fields that a strict decoding error names.
func unknown(message string) []string {
	var names []string
	for _, match := range regexp.MustCompile(`(?:unknown|duplicate) field "([^"]+)"`).FindAllStringSubmatch(message, -1) {
		names = append(names, match[1])
	}
	return names
}

// crashed tells that the API server panicked over an object, which it survives:
// the client sees a status 500 or a broken stream.
func crashed(err error, body []byte) bool {
	return err != nil && strings.Contains(err.Error(), "INTERNAL_ERROR; received from peer") ||
		bytes.Contains(body, []byte("caused apiserver to panic"))
}

// nameless tells the answers with status 500 that are about the object after
// all: it cannot be applied on the server.
func nameless(message string) bool {
	return strings.HasPrefix(message, "failed to create typed patch object") ||
		strings.HasPrefix(message, "failed to convert new object")
}
