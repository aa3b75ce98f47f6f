package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// deepestList bounds lists of lists.
const deepestList = 8

// head is what a client looks at in an object.
type head struct {
	APIVersion any `json:"apiVersion"`
	Kind       any `json:"kind"`
	Metadata   any `json:"metadata"`
}

// expand is the document, or the items of the list that it is.
func (d *Document) expand(depth int) ([]*Document, error) {
	var h head
	if !bytes.HasPrefix(d.JSON, []byte("{")) {
		if d.Found {
			return []*Document{d}, nil
		}
		return nil, errors.New("is no Kubernetes object: expected apiVersion, kind and metadata")
	}
	if err := json.Unmarshal(d.JSON, &h); err != nil {
		return nil, err
	}
	d.APIVersion, _ = h.APIVersion.(string)
	d.Kind, _ = h.Kind.(string)
	d.describe(h.Metadata)
	switch {
	case d.Kind == "" && d.APIVersion == "" && d.Found:
		return []*Document{d}, nil
	case d.Kind == "":
		return nil, errors.New("is no Kubernetes object: kind is missing")
	case d.APIVersion == "":
		return nil, fmt.Errorf("is no Kubernetes object: apiVersion is missing for kind %q", clip(d.Kind))
	}
	// To a client everything with items is a list, whatever its kind
	// (decodeToList of apimachinery's pkg/apis/meta/v1/unstructured).
	var list struct {
		Items *[]json.RawMessage `json:"items"`
	}
	kind, named := strings.CutSuffix(d.Kind, "List")
	if err := json.Unmarshal(d.JSON, &list); err != nil && (named || !d.Found) {
		return nil, fmt.Errorf("items of the %s are no list", clip(d.Kind))
	}
	if list.Items == nil { // a kind that only sounds like a list
		return []*Document{d}, nil
	}
	if depth == deepestList {
		return nil, fmt.Errorf("lists are more than %d deep", deepestList)
	}
	return d.items(*list.Items, kind, depth)
}

// items are those of a list; what is wrong with one is said once the others
// are read.
func (d *Document) items(items []json.RawMessage, kind string, depth int) ([]*Document, error) {
	var all []*Document
	var wrong error
	for i, raw := range items {
		item := &Document{
			File: d.File, Index: d.Index, Origin: d.Origin, Remote: d.Remote, Found: d.Found,
			JSON: typed(raw, d.APIVersion, kind),
			text: d.text, line: d.line, tree: d.tree, unique: d.unique,
			base: append(d.base[:len(d.base):len(d.base)], step{key: "items"}, step{key: fmt.Sprint(i), index: i, bracket: true}),
		}
		if d.tree == nil {
			d.tree = grow(d.text)
			item.tree = d.tree
		}
		item.Place = item.Locate("")
		found, err := item.expand(depth + 1)
		all = append(all, found...)
		if err != nil && wrong == nil {
			wrong = fmt.Errorf("items[%d] %w", i, err)
		}
	}
	return all, wrong
}

// typed is an item with the type that its list implies, where it has none.
func typed(item json.RawMessage, apiVersion, kind string) []byte {
	var h head
	if kind == "" || json.Unmarshal(item, &h) != nil || h.APIVersion != nil || h.Kind != nil {
		return item
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(item, &object) != nil || object == nil {
		return item
	}
	object["apiVersion"], object["kind"] = quoted(apiVersion), quoted(kind)
	out, err := json.Marshal(object)
	if err != nil {
		return item
	}
	return out
}

func quoted(text string) json.RawMessage {
	out, _ := json.Marshal(text) // a string always can be
	return out
}

// describe reads what the document is called.
func (d *Document) describe(metadata any) {
	meta, _ := metadata.(map[string]any)
	d.Namespace, _ = meta["namespace"].(string)
	d.Name, _ = meta["name"].(string)
	if prefix, _ := meta["generateName"].(string); d.Name == "" && prefix != "" {
		d.Name = prefix + "*"
	}
	if d.Origin != "" {
		return
	}
	annotations, _ := meta["annotations"].(map[string]any)
	if text, _ := annotations["config.kubernetes.io/origin"].(string); len(text) <= longestOrigin {
		d.Origin, d.Remote = kustomized(text)
	}
}
