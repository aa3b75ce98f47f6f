package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	longestText = 1024
	longestList = 256
)

// reader turns YAML nodes into Go values and collects what is wrong with them.
type reader struct {
	problems
	file string
}

func (r *reader) at(n *yaml.Node) place { return place{r.file, n.Line, n.Column} }

func (r *reader) problem(n *yaml.Node, what, expected string) { r.add(r.at(n), what, expected, "") }

// pair is one key of a mapping with its value.
type pair struct {
	key   string
	keyAt *yaml.Node
	value *yaml.Node
}

// pairs returns the keys of a mapping in the order of the file. A duplicate key,
// a key that is not text and a merge key are problems and are left out.
func (r *reader) pairs(n *yaml.Node, what string) []pair {
	if !r.is(n, yaml.MappingNode, what, "keys and values") {
		return nil
	}
	var list []pair
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if key.Kind == yaml.ScalarNode && key.Tag == "!!merge" {
			r.problem(key, "merge keys are not supported", "write the keys out")
			continue
		}
		if !r.is(key, yaml.ScalarNode, "a key of "+what, "text") {
			continue
		}
		if key.ShortTag() != "!!str" {
			r.problem(key, fmt.Sprintf("the key %s of %s is %s", show(key), what, describe(key)), "expected text, put it in quotes")
			continue
		}
		if first, ok := seen[key.Value]; ok {
			r.problem(key, fmt.Sprintf("the key %q of %s is given twice", clip(key.Value), what), fmt.Sprintf("it is in line %d already", first.Line))
			continue
		}
		seen[key.Value] = key
		list = append(list, pair{key.Value, key, value})
	}
	return list
}

// fields reads a mapping whose keys are known. Handlers run in the order of the file.
func (r *reader) fields(n *yaml.Node, what string, known map[string]func(*yaml.Node)) {
	for _, p := range r.pairs(n, what) {
		if read, ok := known[p.key]; ok {
			read(p.value)
			continue
		}
		if r.count() >= maxProblems {
			r.more++ // no time is spent on what is not shown
			continue
		}
		names := sortedKeys(known)
		r.add(r.at(p.keyAt), fmt.Sprintf("unknown key %q in %s", clip(p.key), what), "expected "+oneOf(names), Nearest(p.key, names))
	}
}

// items returns the items of a list, at most most of them.
func (r *reader) items(n *yaml.Node, what string, most int) []*yaml.Node {
	if !r.is(n, yaml.SequenceNode, what, "a list") {
		return nil
	}
	if len(n.Content) > most {
		r.problem(n, fmt.Sprintf("%s has %d items", what, len(n.Content)), fmt.Sprintf("at most %d are allowed", most))
		return nil
	}
	return n.Content
}

// text reads a scalar that must be text and not empty.
func (r *reader) text(n *yaml.Node, what string) (string, bool) {
	if !r.is(n, yaml.ScalarNode, what, "text") {
		return "", false
	}
	switch {
	case n.ShortTag() != "!!str":
		r.problem(n, fmt.Sprintf("%s is %s, %s", what, show(n), describe(n)), "expected text, put it in quotes")
	case strings.TrimSpace(n.Value) == "":
		r.problem(n, what+" is empty", "expected text")
	case len(n.Value) > longestText:
		r.problem(n, fmt.Sprintf("%s has %d bytes", what, len(n.Value)), fmt.Sprintf("at most %d are allowed", longestText))
	default:
		return n.Value, true
	}
	return "", false
}

// texts reads a list of text.
func (r *reader) texts(n *yaml.Node, what string, check func(n *yaml.Node, text string) bool) []string {
	list := []string{}
	for _, item := range r.items(n, what, longestList) {
		if text, ok := r.text(item, "an item of "+what); ok && check(item, text) {
			list = append(list, text)
		}
	}
	return list
}

// word reads a scalar that must be one of the words.
func (r *reader) word(n *yaml.Node, what string, words ...string) string {
	// `mode: off` is text here: this YAML reader knows true and false only.
	if !r.is(n, yaml.ScalarNode, what, oneOf(words)) {
		return ""
	}
	if slices.Contains(words, n.Value) && n.ShortTag() == "!!str" {
		return n.Value
	}
	r.add(r.at(n), fmt.Sprintf("%s is %s", what, show(n)), "expected "+oneOf(words), Nearest(n.Value, words))
	return ""
}

// boolean reads true or false.
func (r *reader) boolean(n *yaml.Node, what string) *bool {
	if !r.is(n, yaml.ScalarNode, what, "true or false") {
		return nil
	}
	if n.ShortTag() != "!!bool" {
		r.problem(n, fmt.Sprintf("%s is %s", what, show(n)), "expected true or false")
		return nil
	}
	yes := strings.EqualFold(n.Value, "true")
	return &yes
}

// is reports whether a node has the kind; everything that no file may hold
// (aliases, anchors, tags of one's own, null) is a problem here.
func (r *reader) is(n *yaml.Node, kind yaml.Kind, what, expected string) bool {
	switch {
	case n.Kind == yaml.AliasNode:
		r.problem(n, fmt.Sprintf("%s is the alias *%s, aliases are not supported", what, clip(n.Value)), "write the value out")
	case n.Anchor != "":
		r.problem(n, fmt.Sprintf("%s has the anchor &%s, anchors are not supported", what, clip(n.Anchor)), "remove it")
	case n.Style&yaml.TaggedStyle != 0:
		r.problem(n, fmt.Sprintf("%s has the tag %s, tags are not supported", what, clip(n.Tag)), "remove it")
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null":
		r.problem(n, what+" is empty", "expected "+expected+", or remove the key")
	case n.Kind != kind:
		r.problem(n, fmt.Sprintf("%s is %s", what, describe(n)), "expected "+expected)
	default:
		return true
	}
	return false
}

// describe names the type of a node in plain words.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	}
	switch n.ShortTag() {
	case "!!bool":
		return "true or false"
	case "!!int", "!!float":
		return "a number"
	case "!!null":
		return "empty"
	case "!!timestamp":
		return "a date"
	}
	return "text"
}

// show is a scalar as a message repeats it.
func show(n *yaml.Node) string {
	if n.ShortTag() == "!!str" {
		return fmt.Sprintf("%q", clip(n.Value))
	}
	return clip(n.Value)
}

// clip keeps messages short whatever a file holds.
func clip(s string) string {
	if runes := []rune(s); len(runes) > 60 {
		return string(runes[:59]) + "…"
	}
	return s
}

// oneOf lists words: "a", "a or b", "a, b or c".
func oneOf(words []string) string {
	if len(words) == 0 {
		return "none"
	}
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
