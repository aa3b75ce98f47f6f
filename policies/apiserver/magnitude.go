package apiserver

import (
	"fmt"
	"regexp"
	"strconv"
)

// mostDigits is how many digits a quantity may have when it is written out.
// Memory of the whole world has thirty.
const mostDigits = 1000

// magnitude refuses quantities such as 1e999999999. To compare or to round one,
// the library writes out all its digits, which takes minutes and gigabytes: the
// API server that got it could not answer either. doc is as ToJSON makes it.
func magnitude(doc []byte) error {
	const number = `"?[-+]?([0-9.]+)(?:[eE][-+]?([0-9]+))?`
	lists := regexp.MustCompile(`"(?:limits|requests|overhead|hard|used|min|max|default|defaultRequest|maxLimitRequestRatio)":\{[^{}]*`)
	alone := regexp.MustCompile(`"(?:sizeLimit|divisor)":` + number)
	entry := regexp.MustCompile(`":` + number)
	found := alone.FindAllSubmatch(doc, -1)
	for _, list := range lists.FindAll(doc, -1) {
		found = append(found, entry.FindAllSubmatch(list, -1)...)
	}
	for _, parts := range found {
		exponent, err := 0, error(nil)
		if len(parts[2]) > 0 {
			exponent, err = strconv.Atoi(string(parts[2]))
		}
		if err != nil || len(parts[1])+exponent > mostDigits {
			return &DecodeError{Message: fmt.Sprintf("quantities must be of a sensible size: %.40s… has more than %d digits", written(parts), mostDigits)}
		}
	}
	return nil
}

// written is a number as it stands in the document.
func written(parts [][]byte) string {
	if len(parts[2]) == 0 {
		return string(parts[1])
	}
	return string(parts[1][:min(len(parts[1]), 20)]) + "e" + string(parts[2])
}
