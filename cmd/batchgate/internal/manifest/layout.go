package manifest

import (
	"bytes"
	"encoding/json"

	"go.yaml.in/yaml/v3"
)

// layout is how a text is written, as far as it matters to who edits it. The items of a
// list share it: each of thousands would look at all of the text again.
type layout struct {
	lines   [][]byte
	longest int        // bytes of a line
	strange bool       // it has line breaks of an unusual kind
	json    bool       // it is JSON, which it has to stay
	spaced  bool       // JSON has a space behind its colons
	alias   *yaml.Node // an anchor or an alias, nil where there is none
}

func newLayout(root *yaml.Node, text []byte) *layout {
	l := &layout{lines: bytes.Split(text, []byte("\n")), strange: strangeBreak(text), spaced: bytes.Contains(text, []byte(`": `))}
	for _, line := range l.lines {
		l.longest = max(l.longest, len(line))
	}
	trimmed := bytes.TrimSpace(text)
	l.json = bytes.HasPrefix(trimmed, []byte("{")) && json.Valid(trimmed)
	l.alias = aliasIn(root)
	return l
}

// aliasIn is the first anchor or alias of a document.
func aliasIn(n *yaml.Node) *yaml.Node {
	if n == nil || n.Kind == yaml.AliasNode || n.Anchor != "" {
		return n
	}
	for _, child := range n.Content {
		if found := aliasIn(child); found != nil {
			return found
		}
	}
	return nil
}
