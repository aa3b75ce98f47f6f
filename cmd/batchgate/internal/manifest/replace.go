package manifest

import (
	"errors"
	"strings"

	"go.yaml.in/yaml/v3"
)

// replace plans another value for a key.
func (e *editing) replace(key, node *yaml.Node, value any) error {
	if !e.first(node, "") {
		return nil
	}
	text := e.inline(value)
	switch {
	case node.Kind == yaml.MappingNode || node.Kind == yaml.SequenceNode:
		return e.replaceCollection(key, node, text)
	case node.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return errors.New("its value is a text of several lines")
	case node.Style&yaml.TaggedStyle != 0:
		return errors.New("its value has a tag")
	case node.Value == "" && node.Style == 0:
		return e.fill(key, value)
	}
	token, err := e.token(node)
	if err != nil {
		return err
	}
	e.add(node.Line, node.Column, len([]rune(token)), text)
	return nil
}

// token is a scalar as it is written.
func (e *editing) token(node *yaml.Node) (string, error) {
	runes := []rune(e.line(node.Line))
	if node.Column-1 > len(runes) {
		return "", errors.New("its value cannot be seen")
	}
	rest := string(runes[node.Column-1:])
	quote := ""
	switch {
	case node.Style&yaml.DoubleQuotedStyle != 0:
		quote = `"`
	case node.Style&yaml.SingleQuotedStyle != 0:
		quote = `'`
	case strings.HasPrefix(rest, node.Value):
		return node.Value, nil
	}
	if quote == "" || !strings.HasPrefix(rest, quote) {
		return "", errors.New("its value is written over several lines")
	}
	for end := 1; end < len(rest); end++ {
		switch {
		case quote == `"` && rest[end] == '\\':
			end++
		case quote == `'` && strings.HasPrefix(rest[end:], `''`):
			end++
		case rest[end:end+1] == quote:
			return rest[:end+1], nil
		}
	}
	return "", errors.New("its value is written over several lines")
}

// fill plans a value for a key that has none.
func (e *editing) fill(key *yaml.Node, value any) error {
	if key == nil {
		return errors.New("it is an item without a value")
	}
	runes := []rune(e.line(key.Line))
	written := len([]rune(key.Value))
	if key.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0 {
		token, err := e.token(key)
		if err != nil {
			return err
		}
		written = len([]rune(token))
	}
	at := key.Column - 1 + written
	for at < len(runes) && runes[at] == ' ' {
		at++
	}
	if at >= len(runes) || runes[at] != ':' {
		return errors.New("its key is written in an unusual way")
	}
	before, behind := string(runes[:key.Column-1]), strings.TrimSpace(string(runes[at+1:]))
	if manyLines(value) && strings.Trim(before, " -") == "" && (behind == "" || behind[0] == '#') {
		indent := "\n" + strings.Repeat(" ", key.Column-1)
		e.add(key.Line, 1+len(runes), 0, indent+strings.Join(block(key.Value, value, e.step())[1:], indent))
		return nil
	}
	e.add(key.Line, at+2, 0, " "+e.inline(value))
	return nil
}

// replaceCollection plans another value for an empty list or mapping in brackets,
// or for one in brackets on one line.
func (e *editing) replaceCollection(key, node *yaml.Node, text string) error {
	switch {
	case node.Style&yaml.FlowStyle == 0:
		return errors.New("its value is a list or mapping that would have to be written anew")
	case commented(node) && spread(node, node.Line):
		return errors.New("its brackets have a comment in them")
	case key == nil || !e.oneLine(key, node):
		return errors.New("its brackets are not all that is in the line")
	}
	runes := []rune(e.line(node.Line))
	rest := string(runes[node.Column-1:])
	for end := len(rest); end > 0; end-- { // what follows is a comment or nothing
		var found yaml.Node
		if last := rest[end-1]; (last == ']' || last == '}') && yaml.Unmarshal([]byte(rest[:end]), &found) == nil && same(follow(&found), node) {
			if shorter := strings.TrimRight(rest[:end-1], " "); end > 1 && strings.HasSuffix(shorter, "#") {
				continue
			}
			if i := strings.Index(rest[:end], " #"); i >= 0 && balanced(rest[:i]) {
				continue
			}
			e.add(node.Line, node.Column, len([]rune(rest[:end])), text)
			return nil
		}
	}
	return errors.New("its brackets cannot be seen")
}

// balanced tells whether a text can be read by itself.
func balanced(text string) bool {
	var node yaml.Node
	return yaml.Unmarshal([]byte(text), &node) == nil
}

// manyLines tells whether a value takes lines of its own in the usual style.
func manyLines(value any) bool {
	switch v := value.(type) {
	case map[string]any:
		return len(v) > 0
	case []any:
		return len(v) > 0
	}
	return false
}
