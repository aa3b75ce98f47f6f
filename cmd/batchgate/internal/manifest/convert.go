package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
	kjson "sigs.k8s.io/json"

	"github.com/batchgate/batchgate/policies/apiserver"
)

// documents are the objects of one part, and what is wrong with it. Both are
// empty for a part that holds nothing but comments.
func (p part) documents(f File, index int) ([]*Document, *Problem) {
	first, empty := p.first()
	if empty && p.separator == "" {
		// A comment may hold what YAML forbids, and may end where only YAML breaks the line.
		if value, _, err := p.value(); err == nil && isNull(value) {
			return nil, nil
		}
	}
	trouble := func(at Place, format string, args ...any) ([]*Document, *Problem) {
		return nil, &Problem{File: f.Path, Place: at, Document: index, Message: fmt.Sprintf(format, args...)}
	}
	if p.separator != "" {
		return trouble(Place{Line: p.line + 1, Column: 1}, "%q stands after ---, where only a comment may", clip(p.separator))
	}
	start := Place{Line: first, Column: 1}
	if most := p.most(); most.values > maxValues {
		return trouble(start, "the document comes to more than 400,000 values, which no object has; split it")
	} else if most.bytes > maxJSON {
		return trouble(start, "the document comes to more than 32 MiB of JSON, which no object has; split it")
	}
	value, unique, err := p.value()
	if err != nil {
		at, message := p.why(err)
		return trouble(at, "%s", message)
	}
	if isNull(value) {
		return nil, nil
	}
	d := &Document{File: f.Path, Index: index, Place: start, JSON: value, Found: f.Found, Origin: p.origin(), text: p.text, line: p.line, unique: unique}
	list, err := d.expand(0)
	if err != nil {
		return list, &Problem{File: f.Path, Place: start, Document: index, Message: err.Error()}
	}
	return list, p.trailing(f, index)
}

func isNull(doc []byte) bool { return bytes.Equal(bytes.TrimSpace(doc), []byte("null")) }

// value is what a client makes of the text: JSON with the numbers it would
// send; unique where no key stands twice in it, for certain.
func (p part) value() (doc []byte, unique bool, err error) {
	if !p.json {
		return apiserver.UniqueToJSON(p.text)
	}
	var value any
	if err := kjson.UnmarshalCaseSensitivePreserveInts(p.text, &value); err != nil {
		return nil, false, err
	}
	doc, err = json.Marshal(value)
	return doc, false, err
}

// first is the line of the file where the document begins, and whether it has
// nothing in it.
func (p part) first() (line int, empty bool) {
	line = p.line + 1
	for text := range bytes.Lines(p.text) {
		if text = bytes.TrimSpace(text); !blank(text) {
			return line, false
		}
		line++
	}
	return p.line + 1, true
}

// origin is the template that helm names above what it renders.
func (p part) origin() string {
	for text := range bytes.Lines(p.text) {
		text = bytes.TrimSpace(text)
		if name, ok := bytes.CutPrefix(text, []byte("# Source: ")); ok {
			return string(bytes.TrimSpace(name))
		}
		if !blank(text) {
			break
		}
	}
	return ""
}

// blank tells whether a line has nothing in it but a comment or a separator.
func blank(line []byte) bool {
	line = bytes.TrimSpace(bytes.TrimPrefix(line, []byte(separator)))
	return len(line) == 0 || line[0] == '#'
}

// most is an upper bound of what the text comes to.
func (p part) most() extent {
	most := extent{bytes: asJSON(p.text)}
	for _, c := range p.text {
		switch c {
		case '\n', ',', '[', '{', ':':
			most.values++
		}
	}
	if p.json || !p.aliases() || most.values > maxValues || most.bytes > maxJSON {
		return most
	}
	if t := grow(p.text); t.err == nil {
		return t.extent()
	}
	return most // a client cannot read it either, or finds the aliases by itself
}

// aliases tells whether the text may have one: an alias has a name, which a schedule's
// asterisk has not, and stands for what an anchor has named.
func (p part) aliases() bool {
	if bytes.IndexByte(p.text, '&') < 0 {
		return false
	}
	for i, c := range p.text[:max(0, len(p.text)-1)] {
		if next := p.text[i+1]; c == '*' && (next > ' ' && next != '/' && next != ',' || next >= utf8.RuneSelf) {
			return true
		}
	}
	return false
}

// why gives place and words for a text that cannot be read.
func (p part) why(err error) (Place, string) {
	at, message := p.where(err)
	if bytes.Contains(p.text, []byte("{{")) {
		return p.brace(at), "is a template, not a manifest; render it first: helm template . | batchgate check -"
	}
	return at, message
}

// brace is the place of the first {{.
func (p part) brace(at Place) Place {
	i := bytes.Index(p.text, []byte("{{"))
	if i < 0 {
		return at
	}
	return p.place(i)
}

// place is that of a byte of the text.
func (p part) place(offset int) Place {
	at := placeOf(p.text, offset)
	at.Line += p.line
	return at
}

func (p part) where(err error) (Place, string) {
	if bytes.HasPrefix(bytes.TrimSpace(p.text), []byte("{")) {
		// The offset is that of the byte after the one that is wrong.
		var whatever json.RawMessage
		if syntax, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(p.text, &whatever)); ok && syntax.Offset > 0 && !p.flow() {
			at := min(int(syntax.Offset)-1, len(p.text))
			if commentBegins(p.text[at:]) {
				return p.place(at), "is no JSON: it has comments, which no client reads"
			}
			return p.place(at), "is no JSON: " + syntax.Error()
		}
	}
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	line := p.line + 1
	if found := yamlLine().FindStringSubmatch(message); found != nil {
		if n, err := strconv.Atoi(found[1]); err == nil {
			line += newBreaks(p.text).place(n, 1).Line - 1
		}
		message = message[len(found[0]):]
	}
	if exact := p.breaks(); exact > 0 {
		line = p.line + exact
	}
	return Place{Line: line, Column: p.indent(line)}, "is no YAML: " + clip(message)
}

// flow tells whether a text that begins with a brace is meant to be YAML: JSON
// would go on with a quote.
func (p part) flow() bool {
	inside := bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(p.text), []byte("{")))
	return !bytes.HasPrefix(inside, []byte(`"`)) && !commentBegins(inside)
}

// commentBegins tells a comment as those have it who write them in JSON.
func commentBegins(text []byte) bool {
	return bytes.HasPrefix(text, []byte("//")) || bytes.HasPrefix(text, []byte("/*"))
}

func yamlLine() *regexp.Regexp { return regexp.MustCompile(`^line (\d+): `) }

// indent is the column where the text of a line begins.
func (p part) indent(line int) int {
	n := p.line + 1
	for text := range bytes.Lines(p.text) {
		if n == line {
			return 1 + len(text) - len(bytes.TrimLeft(text, " "))
		}
		n++
	}
	return 1
}

// longestSearch bounds the text that is read again and again.
const longestSearch = 64 << 10

// breaks is the line of the text, from 1, without which what is before it can
// be read: the parser names the line where the block began. It is 0 when the
// parser knows better, as for a quote that nobody closes.
func (p part) breaks() int {
	if len(p.text) > longestSearch {
		return 0
	}
	lines := bytes.SplitAfter(p.text, []byte("\n"))
	good := func(n int) bool {
		var node yaml.Node
		return yaml.Unmarshal(bytes.Join(lines[:n], nil), &node) == nil
	}
	low, high := 0, len(lines) // good(low), not good(high)
	if good(high) {
		return 0
	}
	for high-low > 1 {
		if middle := (low + high) / 2; good(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	// Where an open quote or bracket makes everything after it unreadable, the
	// line found is where it opens, which is what somebody looks for.
	return high
}

// trailing is what stands behind the end of a document (...): a client does not
// see it.
func (p part) trailing(f File, index int) *Problem {
	if p.json || !bytes.Contains(p.text, []byte("\n...")) {
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(p.text))
	var first, more yaml.Node
	if decoder.Decode(&first) != nil || errors.Is(decoder.Decode(&more), io.EOF) {
		return nil
	}
	at, ended := Place{Line: p.line}, false
	for text := range bytes.Lines(p.text) {
		at.Line++
		text = bytes.TrimSpace(text)
		if ended && len(text) > 0 && text[0] != '#' {
			at.Column = 1
			break
		}
		ended = ended || bytes.Equal(text, []byte("..."))
	}
	return &Problem{File: f.Path, Place: at, Document: index,
		Message: "stands after the end of a document (...) without ---, so no client sends it"}
}

// clip shortens what is quoted from a file.
func clip(text string) string {
	if runes := []rune(text); len(runes) > 200 {
		return string(runes[:199]) + "…"
	}
	return text
}
