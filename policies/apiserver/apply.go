package apiserver

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Applicable tells whether the API server can take doc for a server-side apply:
// it merges lists by the keys of their items, so none may stand twice. The error is a *DecodeError, though the API server
// answers 500.
func Applicable(doc []byte) error {
	sent, err := tree(doc)
	if err != nil {
		return &DecodeError{Message: err.Error()}
	}
	var a applying
	a.object(nil, sent)
	if a.wrong == "" {
		return nil
	}
	return &DecodeError{Fields: a.fields, Message: "failed to create typed patch object: " + a.wrong}
}

// exitCodes stands for the name of a list of exit codes.
const exitCodes = "exitCodes.values"

// applying collects what cannot be merged.
type applying struct {
	fields []string
	wrong  string // the first
}

func (a *applying) add(path *field.Path, format string, args ...any) {
	if a.wrong == "" {
		a.wrong = "." + path.String() + ": " + fmt.Sprintf(format, args...)
	}
	a.fields = append(a.fields, path.String())
}

func (a *applying) object(path *field.Path, object map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		at := field.NewPath(name)
		if path != nil {
			at = path.Child(name)
		}
		switch value := object[name].(type) {
		case map[string]any:
			if codes, ok := value["values"].([]any); ok && (name == "exitCodes" || name == "onExitCodes") {
				// The one set whose name is also that of a plain list.
				a.list(at.Child("values"), exitCodes, codes)
			}
			if !atomic(name) {
				a.object(at, value)
			}
		case []any:
			a.list(at, name, value)
		}
	}
}

func (a *applying) list(path *field.Path, name string, items []any) {
	seen := map[string]bool{}
	for i, item := range items {
		key, ok := a.key(path.Index(i), name, item)
		if ok && seen[key] {
			a.add(path.Index(i), "duplicate entries for key %s", key)
		}
		seen[key] = true
		if object, ok := item.(map[string]any); ok && !atomic(name) {
			a.object(path.Index(i), object)
		}
	}
}

// key is what tells an item of a list from the others, if anything does.
func (a *applying) key(path *field.Path, list string, item any) (string, bool) {
	if set(list) || list == exitCodes {
		text, err := json.Marshal(item)
		return string(text), err == nil
	}
	names := keys(list)
	if names == nil {
		return "", false
	}
	if item == nil {
		a.add(path, "associative list with keys may not have a null element")
	}
	object, ok := item.(map[string]any)
	if !ok {
		return "", false
	}
	key := map[string]any{}
	for _, name := range names {
		value, present := object[name] // a null is a key, too
		if !present {
			value = absent(name)
		}
		key[name] = value
	}
	text, err := json.Marshal(key)
	return string(text), err == nil
}

// absent is the key of an item that does not say it: its default, or nothing of
// its type.
func absent(name string) any {
	switch name {
	case "protocol":
		return "TCP"
	case "containerPort":
		return 0
	}
	return ""
}
