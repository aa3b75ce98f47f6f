package manifest

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// step is one part of a field path.
type step struct {
	key     string
	index   int // of a list, where bracket and key is a number
	bracket bool
}

// Locate is the place of a field, named as the API server names it:
// spec.template.spec.containers[0].resources.limits[cpu]. It is where the
// field's key stands, or the item of a list; where the field is not there, the
// nearest parent; where nothing is known, where the document begins. A path may
// leave out the indexes of lists.
func (d *Document) Locate(field string) Place {
	at, ok := d.locate(field)
	if !ok || at.depth <= len(d.base) && d.Place.Line > 0 {
		return d.Place
	}
	return d.at(at.node)
}

// LocateValue is Locate but for a field that is written and has a value that is
// neither a mapping nor a list: then it is where the value stands.
func (d *Document) LocateValue(field string) Place {
	at, ok := d.locate(field)
	if !ok || at.depth < len(d.base)+len(steps(field)) || !stands(at.value) {
		return d.Locate(field)
	}
	return d.at(at.value)
}

// stands tells whether a value has a place of its own to be pointed at: what an
// alias stands for is shown where the alias is.
func stands(value *yaml.Node) bool {
	of := follow(value)
	return of != nil && of.Kind == yaml.ScalarNode && (value.Kind == yaml.AliasNode || of.Value != "" || of.Style != 0)
}

// Text is the document that this is, or is an item of, as it is written, and the
// number of lines before it.
func (d *Document) Text() (text string, before int) { return string(d.text), d.line }

// Has tells whether a field is written in the document.
func (d *Document) Has(field string) bool {
	at, ok := d.locate(field)
	return ok && at.depth == len(d.base)+len(steps(field))
}

func (d *Document) locate(field string) (reached, bool) {
	if d.tree == nil {
		d.tree = grow(d.text)
	}
	if d.tree.root == nil {
		return reached{}, false
	}
	w := &locating{}
	return w.walk(d.tree.root, d.tree.root, append(d.base[:len(d.base):len(d.base)], steps(field)...), 0), true
}

// steps reads a field path.
func steps(field string) []step {
	var out []step
	for field != "" {
		if field[0] == '[' {
			end := strings.IndexByte(field, ']')
			if end < 0 {
				end = len(field)
			}
			s := step{key: field[1:end], bracket: true, index: -1}
			if n, err := strconv.Atoi(s.key); err == nil {
				s.index = n
			}
			out = append(out, s)
			field = strings.TrimPrefix(field[min(end+1, len(field)):], ".")
			continue
		}
		end := strings.IndexAny(field, ".[")
		if end < 0 {
			end = len(field)
		}
		out = append(out, step{key: field[:end], index: -1})
		field = strings.TrimPrefix(field[end:], ".")
	}
	return out
}

// reached is how far a path leads, the node to show for it, and what it is.
type reached struct {
	node  *yaml.Node
	value *yaml.Node
	depth int
}

// locating is the search for one field.
type locating struct{ visits int }

// mostVisits bounds a search through lists whose index nobody names.
const mostVisits = 10_000

// walk follows path below node; shown stands for node itself.
func (w *locating) walk(node, shown *yaml.Node, path []step, depth int) reached {
	here := reached{shown, node, depth}
	node = follow(node)
	if w.visits++; len(path) == 0 || node == nil || w.visits > mostVisits {
		return here
	}
	switch node.Kind {
	case yaml.MappingNode:
		return w.mapping(node, here, path)
	case yaml.SequenceNode:
		return w.sequence(node, here, path)
	}
	return here
}

func (w *locating) mapping(node *yaml.Node, here reached, path []step) reached {
	// A key may have dots in it that the path does not set apart.
	key := ""
	for i, s := range path {
		if key += s.key; i > 8 {
			break
		}
		if k, value := entry(node, key, 0); k != nil {
			return w.walk(value, k, path[i+1:], here.depth+i+1)
		}
		key += "."
	}
	return here
}

func (w *locating) sequence(node *yaml.Node, here reached, path []step) reached {
	if s := path[0]; s.bracket {
		if s.index >= 0 && s.index < len(node.Content) {
			return w.walk(node.Content[s.index], node.Content[s.index], path[1:], here.depth+1)
		}
		for _, item := range node.Content {
			if _, name := entry(item, "name", 0); s.index < 0 && name != nil && name.Value == s.key {
				return w.walk(item, item, path[1:], here.depth+1)
			}
		}
		return here
	}
	best := here
	for _, item := range node.Content {
		if got := w.walk(item, here.node, path, here.depth); got.depth > best.depth {
			best = got
		}
	}
	return best
}

// entry finds a key of a mapping, also in what is merged into it. Of a key that
// stands twice the last counts, as it does for a client.
func entry(node *yaml.Node, key string, depth int) (at, value *yaml.Node) {
	node = follow(node)
	if node == nil || depth > 4 {
		return nil, nil
	}
	if node.Kind == yaml.SequenceNode { // several that are merged
		for _, one := range node.Content {
			if k, v := entry(one, key, depth+1); k != nil {
				return k, v
			}
		}
	}
	if node.Kind != yaml.MappingNode {
		return nil, nil
	}
	for i := len(node.Content) - 2; i >= 0; i -= 2 {
		if k := node.Content[i]; k.Value == key && k.Kind == yaml.ScalarNode {
			return k, node.Content[i+1]
		}
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		if node.Content[i].ShortTag() == "!!merge" {
			if k, v := entry(node.Content[i+1], key, depth+1); k != nil {
				return k, v
			}
		}
	}
	return nil, nil
}

// follow leads through aliases and the document's own node.
func follow(node *yaml.Node) *yaml.Node {
	for range 8 {
		switch {
		case node == nil:
			return nil
		case node.Kind == yaml.AliasNode:
			node = node.Alias
		case node.Kind == yaml.DocumentNode && len(node.Content) > 0:
			node = node.Content[0]
		default:
			return node
		}
	}
	return nil
}
