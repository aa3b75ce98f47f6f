package manifest

import (
	"bytes"
	"encoding/json"
	"iter"
	"unicode"
)

// part is the text of one document, and the line of the file where it begins,
// from 0.
type part struct {
	text []byte
	line int
	json bool
	// separator is what stands after --- where only a comment may.
	separator string
}

const separator = "---"

// split takes a file apart as kubectl does: JSON objects one after the other,
// or YAML between lines that begin with ---.
func split(text []byte) iter.Seq[part] {
	return func(yield func(part) bool) {
		rest, line, ok := objects(text, yield)
		if !ok {
			return
		}
		if bytes.Contains(rest, []byte("\r\n")) {
			// kubectl reads line by line and ends each with a newline alone.
			rest = bytes.ReplaceAll(rest, []byte("\r\n"), []byte("\n"))
		}
		documents(rest, line, yield)
	}
}

// objects gives the JSON objects that a file begins with, and what is left to
// be read as YAML. After a second object everything is taken for JSON.
func objects(text []byte, yield func(part) bool) (rest []byte, line int, ok bool) {
	if !bytes.HasPrefix(bytes.TrimLeftFunc(text, unicode.IsSpace), []byte("{")) {
		return text, 0, true
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	end := 0
	for count := 0; ; count++ {
		var object json.RawMessage
		if err := decoder.Decode(&object); err != nil {
			rest = text[end:]
			if len(bytes.TrimSpace(rest)) == 0 {
				return nil, line, true
			}
			if count > 1 {
				text := bytes.TrimLeftFunc(rest, unicode.IsSpace)
				line += bytes.Count(rest[:len(rest)-len(text)], []byte("\n"))
				return nil, line, yield(part{text: text, line: line, json: true})
			}
			return rest, line, true
		}
		next := int(decoder.InputOffset())
		begin := next - len(object)
		line += bytes.Count(text[end:begin], []byte("\n"))
		if !yield(part{text: text[begin:next], line: line, json: true}) {
			return nil, line, false
		}
		line += bytes.Count(object, []byte("\n"))
		end = next
	}
}

// documents gives the YAML documents of a text.
func documents(text []byte, line int, yield func(part) bool) {
	current := part{line: line}
	begin, at := 0, 0
	for at < len(text) {
		end := len(text)
		if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		if bytes.HasPrefix(text[at:], []byte(separator)) {
			after := bytes.TrimSpace(text[at+len(separator) : end])
			wrong := len(after) > 0 && after[0] != '#'
			// Where nothing is before it, the line is part of the document.
			if current.text = text[begin:at]; len(current.text) > 0 {
				if !yield(current) {
					return
				}
				current = part{line: line + 1}
				begin = end
			}
			if wrong {
				current.separator, current.line = string(after), line
				begin = at
			}
		}
		at = end
		line++
	}
	current.text = text[begin:]
	yield(current)
}
