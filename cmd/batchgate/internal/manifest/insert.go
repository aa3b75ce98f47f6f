package manifest

import (
	"errors"
	"strings"

	"go.yaml.in/yaml/v3"
)

// insert plans a key that a mapping does not have.
func (e *editing) insert(mapping *yaml.Node, key string, value any) error {
	if !e.first(mapping, key) {
		return nil
	}
	if mapping.Style&yaml.FlowStyle != 0 {
		return e.insertFlow(mapping, key, value)
	}
	if len(mapping.Content) == 0 {
		return errors.New("it stands in a mapping that cannot be seen")
	}
	indent := mapping.Content[0].Column - 1
	text := strings.Join(block(key, value, e.step()), "\n"+strings.Repeat(" ", indent))
	if after := e.after(mapping); after != nil {
		line := e.line(after.Line)
		e.add(after.Line, 1+len([]rune(line)), 0, "\n"+strings.Repeat(" ", indent)+text)
		return nil
	}
	head := mapping.Content[0]
	if strings.Trim(string([]rune(e.line(head.Line))[:head.Column-1]), " -") != "" {
		return errors.New("its mapping begins in the middle of a line")
	}
	e.add(head.Line, head.Column, 0, text+"\n"+strings.Repeat(" ", indent))
	return nil
}

// after is the key below which one more fits in: the last of those with a value on
// one line that the mapping begins with, or else the last such one of all.
func (e *editing) after(mapping *yaml.Node) (found *yaml.Node) {
	leading := true
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		k, v := mapping.Content[i], mapping.Content[i+1]
		if !e.oneLine(k, v) {
			leading = false
			continue
		}
		if leading || found == nil {
			found = k
		}
	}
	return found
}

// oneLine tells whether key and value are all that a line has, but for a comment.
func (e *editing) oneLine(key, value *yaml.Node) bool {
	if value.Line != key.Line || value.Kind == yaml.ScalarNode && value.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return false
	}
	runes := []rune(e.line(key.Line))
	if value.Column-1 > len(runes) {
		return false
	}
	var node yaml.Node
	if yaml.Unmarshal([]byte(string(runes[value.Column-1:])), &node) != nil {
		return false
	}
	return same(follow(&node), value)
}

// same tells whether two nodes say the same; none says what an empty one says.
func same(a, b *yaml.Node) bool {
	if a == nil {
		return b.Kind == yaml.ScalarNode && b.Value == "" && b.Style == 0
	}
	if a.Kind != b.Kind || a.Value != b.Value || len(a.Content) != len(b.Content) {
		return false
	}
	for i := range a.Content {
		if !same(a.Content[i], b.Content[i]) {
			return false
		}
	}
	return true
}

// insertFlow plans a key at the beginning of a mapping in braces.
func (e *editing) insertFlow(mapping *yaml.Node, key string, value any) error {
	if commented(mapping) && spread(mapping, mapping.Line) {
		return errors.New("it stands in braces with a comment in them")
	}
	if string([]rune(e.line(mapping.Line) + " ")[mapping.Column-1]) != "{" {
		return errors.New("its braces have a tag")
	}
	entry := e.flowEntry(key, value)
	comma := ", "
	if e.json && !e.spaced {
		comma = ","
	}
	switch {
	case len(mapping.Content) == 0:
		if len(e.keys[mapping]) > 1 {
			entry = comma + entry
		}
	case mapping.Content[0].Line > mapping.Line:
		entry = "\n" + leading(e.line(mapping.Content[0].Line)) + entry + ","
	default:
		entry += comma
	}
	e.add(mapping.Line, mapping.Column+1, 0, entry)
	return nil
}

func leading(line string) string { return line[:len(line)-len(strings.TrimLeft(line, " \t"))] }

// commented tells whether something below a node has a comment.
func commented(n *yaml.Node) bool {
	if n.HeadComment != "" || n.LineComment != "" || n.FootComment != "" {
		return true
	}
	for _, child := range n.Content {
		if commented(child) {
			return true
		}
	}
	return false
}

// spread tells whether something below a node is in another line than it: what is
// behind braces on one line is no comment in them.
func spread(n *yaml.Node, line int) bool {
	for _, child := range n.Content {
		if child.Line != line || spread(child, line) {
			return true
		}
	}
	return false
}

// step is by how many columns the document indents.
func (e *editing) step() int {
	found := 0
	var look func(n *yaml.Node)
	look = func(n *yaml.Node) {
		for i := 0; i+1 < len(n.Content) && n.Kind == yaml.MappingNode; i += 2 {
			k, v := n.Content[i], n.Content[i+1]
			if found == 0 && v.Kind == yaml.MappingNode && v.Style&yaml.FlowStyle == 0 && v.Column > k.Column && v.Line > k.Line {
				found = v.Column - k.Column
			}
		}
		for _, child := range n.Content {
			if found == 0 {
				look(child)
			}
		}
	}
	if look(e.doc.tree.root); found == 0 {
		return 2
	}
	return found
}
