package batch

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

// explain says a decoder's error in plain words: where, then what.
func explain(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errors.New("the JSON ends in the middle")
	}
	var syntax *jsontext.SyntacticError
	if !errors.As(err, &syntax) {
		return err
	}
	where := fmt.Sprintf("byte %d", syntax.ByteOffset)
	if syntax.JSONPointer != "" {
		where += ", " + string(syntax.JSONPointer)
	}
	if errors.Is(err, jsontext.ErrDuplicateName) {
		return fmt.Errorf("%s: this key appears twice in one object", where)
	}
	return fmt.Errorf("%s: is not valid JSON: %w", where, syntax.Err)
}

func kindWord(kind jsontext.Kind) string {
	switch kind {
	case '{':
		return "object"
	case '[':
		return "list"
	case '"':
		return "string"
	case 't', 'f':
		return "boolean"
	case 'n':
		return "null"
	}
	return "number"
}

// tooDeep reports whether brackets nest deeper than maxDepth. Most documents
// do not even have that many, which is quickly counted.
func tooDeep(raw []byte) bool {
	if bytes.Count(raw, []byte{'{'})+bytes.Count(raw, []byte{'['}) <= maxDepth {
		return false
	}
	depth := 0
	for i := 0; i < len(raw); i++ {
		switch raw[i] {
		case '"':
			i = stringEnd(raw, i+1)
		case '{', '[':
			if depth++; depth > maxDepth {
				return true
			}
		case '}', ']':
			depth--
		}
	}
	return false
}

// stringEnd is where the string that starts at i is closed.
func stringEnd(raw []byte, i int) int {
	for ; i < len(raw); i++ {
		switch raw[i] {
		case '"':
			return i
		case '\\':
			i++
		}
	}
	return i
}
