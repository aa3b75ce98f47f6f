package manifest

import (
	"strconv"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"
)

// tree is a document as it is written: nodes with their places.
type tree struct {
	root   *yaml.Node
	err    error
	breaks *breaks
	layout func() *layout
}

func grow(text []byte) *tree {
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil {
		return &tree{err: err}
	}
	root := follow(&node)
	return &tree{root: root, breaks: newBreaks(text), layout: sync.OnceValue(func() *layout { return newLayout(root, text) })}
}

// extent is how much there is of something, at most one more than is allowed.
type extent struct{ values, bytes int }

func (e extent) plus(other extent) extent {
	return extent{min(e.values+other.values, maxValues+1), min(e.bytes+other.bytes, maxJSON+1)}
}

// extent is what the document comes to once its aliases are written out.
func (t *tree) extent() extent {
	known := map[*yaml.Node]extent{}
	var measure func(*yaml.Node) extent
	measure = func(n *yaml.Node) extent {
		if n.Kind == yaml.AliasNode {
			if size, ok := known[n.Alias]; ok {
				return size
			}
			return extent{maxValues + 1, maxJSON + 1} // within its own anchor
		}
		total := extent{1, asJSON(n.Value)}
		for _, child := range n.Content {
			total = total.plus(measure(child))
		}
		if n.Anchor != "" {
			known[n] = total
		}
		return total
	}
	if t.root == nil {
		return extent{}
	}
	return measure(t.root)
}

// asJSON is about how long a text is in JSON, where clients escape <, > and &.
func asJSON[T string | []byte](text T) int {
	n := len(text) + 4
	for i := range len(text) {
		if c := text[i]; c == '<' || c == '>' || c == '&' || c < ' ' && c != '\n' {
			n += 5
		}
	}
	return n
}

// Duplicate is a key that stands twice in one object. A client sends the last.
type Duplicate struct {
	Field string
	At    Place // of the one that counts
	Lost  Place // of the one that does not
}

// mostDuplicates keeps the answer to a file of rubbish readable.
const mostDuplicates = 20

// Duplicates are the keys of the document that stand twice.
func (d *Document) Duplicates() []Duplicate {
	if d.unique {
		return nil
	}
	if d.tree == nil {
		d.tree = grow(d.text)
	}
	if d.tree.root == nil {
		return nil
	}
	node := d.tree.root
	for _, s := range d.base {
		switch n := follow(node); {
		case n == nil:
			return nil
		case n.Kind == yaml.SequenceNode && s.index < len(n.Content):
			node = n.Content[s.index]
		default:
			if _, node = entry(n, s.key, 0); node == nil {
				return nil
			}
		}
	}
	var found []Duplicate
	d.duplicates(follow(node), nil, &found)
	return found
}

// duplicates has the path as parts: a text for each level of a document that is
// 10,000 levels deep would be 100 MB.
func (d *Document) duplicates(n *yaml.Node, path []string, found *[]Duplicate) {
	if n == nil || len(*found) == mostDuplicates {
		return
	}
	switch n.Kind {
	case yaml.SequenceNode:
		for i, item := range n.Content {
			d.duplicates(item, append(path, "["+strconv.Itoa(i)+"]"), found)
		}
	case yaml.MappingNode:
		seen := map[string]*yaml.Node{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			here := append(path, "."+key.Value)
			if first, ok := seen[key.Value]; ok && key.ShortTag() == "!!str" && len(*found) < mostDuplicates {
				field := strings.TrimPrefix(strings.Join(here, ""), ".")
				*found = append(*found, Duplicate{Field: field, At: d.at(key), Lost: d.at(first)})
			}
			seen[key.Value] = key
			d.duplicates(n.Content[i+1], here, found)
		}
	}
}

func (d *Document) at(n *yaml.Node) Place {
	at := d.tree.breaks.place(n.Line, n.Column)
	at.Line += d.line
	return at
}
