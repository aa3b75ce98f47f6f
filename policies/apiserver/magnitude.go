package apiserver

import (
	"bytes"
	"fmt"
	"regexp"
)

// magnitude refuses quantities such as 1e999999999. To compare or to round one,
// the library writes out all its digits, which takes minutes and gigabytes: the
// API server that got it could not answer either. doc is as ToJSON makes it.
func magnitude(doc []byte) error {
	const number = `[-+]?[0-9.]+[eE][-+]?[0-9]{4,}\b`
	for _, place := range []string{
		`"(?:limits|requests|overhead)":\{[^{}]*[:"]` + number,
		`"(?:sizeLimit|divisor)":"?` + number,
	} {
		if found := regexp.MustCompile(place).Find(doc); found != nil {
			text := found[bytes.LastIndexAny(found, `:"`)+1:]
			return &DecodeError{Message: fmt.Sprintf("quantities must be of a sensible size: %.40s has more digits than any machine", text)}
		}
	}
	return nil
}
