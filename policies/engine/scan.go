package engine

import (
	"bytes"
	"errors"

	"github.com/go-json-experiment/json/jsontext"
)

var errUnfinished = errors.New("the JSON ends in the middle")

// scanner finds where the values of a JSON text begin and end. The text is one
// that package batch has read, so nothing of it is checked a second time.
type scanner struct {
	raw []byte
	at  int
}

// next is the first byte of the next token, 0 at the end.
func (s *scanner) next() byte {
	for ; s.at < len(s.raw); s.at++ {
		if c := s.raw[s.at]; c > ' ' {
			return c
		}
	}
	return 0
}

// name consumes the name of a member with the colon after it.
func (s *scanner) name() ([]byte, error) {
	s.next()
	start := s.at
	if err := s.skip(); err != nil {
		return nil, err
	}
	quoted := s.raw[start:s.at]
	if s.next() != ':' {
		return nil, errUnfinished
	}
	s.at++
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1], nil
	}
	return jsontext.AppendUnquote(nil, quoted)
}

// skip consumes one value of any kind.
func (s *scanner) skip() error {
	s.next()
	depth := 0
	for s.at < len(s.raw) {
		switch s.raw[s.at] {
		case '"':
			s.quoted()
		case '{', '[':
			depth++
			s.at++
			continue
		case '}', ']':
			if depth == 0 {
				return nil // of what a number stands in
			}
			depth--
			s.at++
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return nil // after a number, true, false or null
			}
			s.at++
			continue
		default:
			s.at++
			continue
		}
		if depth == 0 {
			return nil
		}
	}
	if depth > 0 {
		return errUnfinished
	}
	return nil
}

// quoted consumes a string.
func (s *scanner) quoted() {
	for s.at++; s.at < len(s.raw); s.at++ {
		switch s.raw[s.at] {
		case '\\':
			s.at++
		case '"':
			s.at++
			return
		}
	}
	s.at = len(s.raw)
}
