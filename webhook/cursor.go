package webhook

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

// maxDepth is the nesting kube-apiserver's own decoder accepts.
const maxDepth = 10_000

var errEnd = errors.New("the body ends in the middle of a value")

// cursor walks JSON text without building anything. It finds where values
// begin and end; whether a skipped value is valid inside is for whoever reads
// it. Measured against jsontext by FuzzReview: what that accepts, this cuts at
// the same places.
type cursor struct {
	text   []byte
	at     int
	values int // array elements and members seen while skipping
}

func (c *cursor) space() {
	for c.at < len(c.text) {
		switch c.text[c.at] {
		case ' ', '\t', '\n', '\r':
			c.at++
		default:
			return
		}
	}
}

// next returns the first byte of the next token without consuming it.
func (c *cursor) next() (byte, error) {
	c.space()
	if c.at >= len(c.text) {
		return 0, errEnd
	}
	return c.text[c.at], nil
}

func (c *cursor) expect(want byte) error {
	got, err := c.next()
	if err != nil {
		return err
	}
	if got != want {
		return fmt.Errorf("offset %d: found %q, expected %q", c.at, got, want)
	}
	c.at++
	return nil
}

// quoted consumes a string and returns it with its quotes.
func (c *cursor) quoted() ([]byte, error) {
	if err := c.expect('"'); err != nil {
		return nil, err
	}
	start := c.at - 1
	for {
		quote := bytes.IndexByte(c.text[c.at:], '"')
		if quote < 0 {
			c.at = len(c.text)
			return nil, errEnd
		}
		end := c.at + quote
		slashes := end
		for slashes > c.at && c.text[slashes-1] == '\\' {
			slashes--
		}
		c.at = end + 1
		if (end-slashes)%2 == 0 {
			return c.text[start:c.at], nil
		}
	}
}

// key consumes the name of a member and the colon after it.
func (c *cursor) key() ([]byte, error) {
	name, err := c.quoted()
	if err != nil {
		return nil, err
	}
	if bytes.IndexByte(name, '\\') < 0 {
		name = name[1 : len(name)-1]
	} else if name, err = jsontext.AppendUnquote(nil, name); err != nil {
		return nil, fmt.Errorf("offset %d: %w", c.at, err)
	}
	return name, c.expect(':')
}

// str consumes a string or null and returns its value; null is "".
func (c *cursor) str() (string, error) {
	first, err := c.next()
	if err != nil {
		return "", err
	}
	if first != '"' {
		if raw, err := c.skip(); err != nil || string(raw) == "null" {
			return "", err
		}
		return "", fmt.Errorf("offset %d: expected a string", c.at)
	}
	raw, err := c.quoted()
	if err != nil {
		return "", err
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), nil
	}
	text, err := jsontext.AppendUnquote(nil, raw)
	if err != nil {
		return "", fmt.Errorf("offset %d: %w", c.at, err)
	}
	return string(text), nil
}

// members calls each for every member of an object with the cursor at the
// member's value, which each must consume. Null is an object without members.
func (c *cursor) members(each func(key []byte) error) error {
	first, err := c.next()
	if err != nil {
		return err
	}
	if first == 'n' {
		_, err := c.skip()
		return err
	}
	if err := c.expect('{'); err != nil {
		return err
	}
	return c.list('}', func() error {
		key, err := c.key()
		if err != nil {
			return err
		}
		return each(key)
	})
}

// items is members for an array.
func (c *cursor) items(each func() error) error {
	first, err := c.next()
	if err != nil {
		return err
	}
	if first == 'n' {
		_, err := c.skip()
		return err
	}
	if err := c.expect('['); err != nil {
		return err
	}
	return c.list(']', each)
}

func (c *cursor) list(end byte, each func() error) error {
	first, err := c.next()
	if err != nil {
		return err
	}
	if first == end {
		c.at++
		return nil
	}
	for {
		if err := each(); err != nil {
			return err
		}
		mark, err := c.next()
		if err != nil {
			return err
		}
		c.at++
		switch mark {
		case end:
			return nil
		case ',':
		default:
			return fmt.Errorf("offset %d: found %q, expected ',' or %q", c.at-1, mark, end)
		}
	}
}

// skip consumes one value of any kind and returns its text.
func (c *cursor) skip() ([]byte, error) {
	if _, err := c.next(); err != nil {
		return nil, err
	}
	start, depth := c.at, 0
	for c.at < len(c.text) {
		switch c.text[c.at] {
		case '"':
			if _, err := c.quoted(); err != nil {
				return nil, err
			}
		case '{', '[':
			if depth++; depth > maxDepth {
				return nil, fmt.Errorf("offset %d: more than %d values inside each other", c.at, maxDepth)
			}
			c.values++
			c.at++
			continue
		case '}', ']':
			if depth == 0 {
				return c.scalar(start)
			}
			depth--
			c.at++
		case ',':
			if depth == 0 {
				return c.scalar(start)
			}
			c.values++
			c.at++
			continue
		case ' ', '\t', '\n', '\r':
			if depth == 0 {
				return c.scalar(start)
			}
			c.at++
			continue
		default:
			c.at++
			continue
		}
		if depth == 0 {
			return c.text[start:c.at], nil
		}
	}
	return c.scalar(start)
}

// scalar ends a number, true, false or null.
func (c *cursor) scalar(start int) ([]byte, error) {
	raw := c.text[start:c.at]
	switch {
	case len(raw) == 0:
		return nil, fmt.Errorf("offset %d: expected a value", c.at)
	case raw[0] == '{' || raw[0] == '[':
		return nil, errEnd
	case !jsontext.Value(raw).IsValid():
		return nil, fmt.Errorf("offset %d: expected a value", start)
	}
	return raw, nil
}
