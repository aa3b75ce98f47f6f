package batch

import (
	"bytes"
	"encoding/json"
	"slices"
	"sync"

	"github.com/go-json-experiment/json/jsontext"
)

// evidence is what clients leave in an object about what they sent, as raw
// JSON: it is large and seldom needed.
type evidence struct {
	managedFields []byte // metadata.managedFields
	lastApplied   []byte // the last-applied annotation, still a JSON string

	readOnce sync.Once
	sent     jsontext.Value   // of document
	fields   []jsontext.Value // of applied
	exact    bool

	containers sync.Map // containerList -> map[string]jsontext.Value
}

// containerList is a list of containers in what was sent: of the document, or
// of one of the writers.
type containerList struct {
	writer int
	list   string
}

// read looks at what there is once, however many fields are asked for.
func (e *evidence) read() {
	e.readOnce.Do(func() {
		if e.fields, e.exact = e.applied(); !e.exact {
			e.sent = e.document()
		}
	})
}

// of says whether a field that holds the API server's default was written.
func (e *evidence) of(p place) State {
	e.read()
	if e.exact {
		path := fieldPath(p)
		for writer, fields := range e.fields {
			if e.owns(writer, fields, path, p) {
				return Explicit
			}
		}
		return Unset
	}
	if e.sent != nil {
		value := e.descend(p)
		if value == nil || value.Kind() == 'n' {
			return Unset
		}
		return Explicit
	}
	return Ambiguous
}

// applied are the fieldsV1 of all writers, when every one of them used
// server-side apply: only then they name no defaults.
func (e *evidence) applied() (fields []jsontext.Value, exact bool) {
	if !bytes.Contains(e.managedFields, []byte(`"Apply"`)) {
		return nil, false // of most objects, and quickly said
	}
	exact = true
	each(e.managedFields, func(entry jsontext.Value) {
		var operation, subresource, owned jsontext.Value
		members(entry, func(key []byte, value jsontext.Value) {
			switch string(key) {
			case "operation":
				operation = value
			case "subresource":
				subresource = value
			case "fieldsV1":
				owned = value
			}
		})
		if string(subresource) == `"status"` {
			return
		}
		exact = exact && string(operation) == `"Apply"`
		fields = append(fields, owned)
	})
	return fields, exact && len(fields) > 0
}

// document is what client-side apply sent; nil when it did not, or when the
// annotation, which anybody can write, is no JSON object.
func (e *evidence) document() jsontext.Value {
	if len(e.lastApplied) == 0 || e.lastApplied[0] != '"' {
		return nil
	}
	text := jsontext.Value(bytes.TrimSpace(unquoted(e.lastApplied)))
	if tooDeep(text) || !text.IsValid() || text.Kind() != '{' {
		return nil
	}
	return text
}

// fieldPath is a place as fieldsV1 spells it: f: before a field, k: before the
// key of a list item.
func fieldPath(p place) []string {
	path := make([]string, len(p.tokens))
	for i, token := range p.tokens {
		path[i] = "f:" + token
	}
	if at := p.containerAt(); at >= 0 {
		name, err := json.Marshal(p.container.Name)
		if err == nil { // a string always encodes
			path[at] = `k:{"name":` + string(name) + `}`
		}
	}
	return path
}

// containerAt is which token is the container's index; -1: none.
func (p place) containerAt() int {
	if p.container == nil {
		return -1
	}
	return slices.Index(p.tokens, p.container.List) + 1
}

// owns reports whether a writer's fieldsV1 lists a path, itself or as part of
// something that is owned as a whole.
func (e *evidence) owns(writer int, fields jsontext.Value, path []string, p place) bool {
	whole := func(fields jsontext.Value) bool { return string(fields) == "{}" }
	rest := path
	if at := p.containerAt(); at > 0 {
		list := containerList{writer, p.container.List}
		items := e.items(list, func(add func(string, jsontext.Value)) {
			within := fields
			for i, key := range path[:at] {
				if i > 0 && whole(within) {
					add("", within)
					return
				}
				within = member(within, key)
			}
			if whole(within) {
				add("", within)
			}
			members(within, func(key []byte, value jsontext.Value) { add(string(key), value) })
		})
		if items[""] != nil {
			return true
		}
		if fields = items[path[at]]; fields == nil {
			return false
		}
		rest = path[at+1:]
	}
	for i, key := range rest {
		if (i > 0 || len(rest) < len(path)) && whole(fields) {
			return true
		}
		if fields = member(fields, key); fields == nil {
			return false
		}
	}
	return true
}

// descend follows a place through the document, in which containers stand in
// another order; nil when there is nothing.
func (e *evidence) descend(p place) jsontext.Value {
	value, rest := e.sent, p.tokens
	if at := p.containerAt(); at > 0 {
		items := e.items(containerList{list: p.container.List}, func(add func(string, jsontext.Value)) {
			within := value
			for _, token := range p.tokens[:at] {
				within = member(within, token)
			}
			each(within, func(item jsontext.Value) {
				if name := member(item, "name"); name != nil && name.Kind() == '"' {
					add(string(unquoted(name)), item)
				}
			})
		})
		value, rest = items[p.container.Name], p.tokens[at+1:]
	}
	for _, token := range rest {
		if value = member(value, token); value == nil {
			return nil
		}
	}
	return value
}

// items are the first items of each name in a list, as read finds them. It is
// read once: to do so for each of its items takes seconds when there are
// thousands.
func (e *evidence) items(list containerList, read func(add func(name string, item jsontext.Value))) map[string]jsontext.Value {
	known, ok := e.containers.Load(list)
	if !ok {
		items := map[string]jsontext.Value{}
		read(func(name string, item jsontext.Value) {
			if _, taken := items[name]; !taken {
				items[name] = item
			}
		})
		known, _ = e.containers.LoadOrStore(list, items)
	}
	return known.(map[string]jsontext.Value)
}

// member is an object's member; nil when there is none or v is no object.
func member(v jsontext.Value, key string) (found jsontext.Value) {
	members(v, func(k []byte, value jsontext.Value) {
		if string(k) == key {
			found = value
		}
	})
	return found
}

// again reads what Parse, or document, has checked already: looking for keys
// that appear twice would cost more than all the rest.
func again(v jsontext.Value) *jsontext.Decoder {
	return jsontext.NewDecoder(bytes.NewBuffer(v), jsontext.AllowDuplicateNames(true))
}

// members calls visit with each member of an object. What is no object has
// none.
func members(v jsontext.Value, visit func(key []byte, value jsontext.Value)) {
	if len(v) == 0 || v.Kind() != '{' {
		return
	}
	dec := again(v)
	if _, err := dec.ReadToken(); err != nil {
		return
	}
	for dec.PeekKind() == '"' {
		key, err := dec.ReadValue()
		if err != nil {
			return
		}
		name := unquoted(key)
		value, err := dec.ReadValue()
		if err != nil {
			return
		}
		visit(name, value)
	}
}

// each calls visit with each item of a list. What is no list has none.
func each(v jsontext.Value, visit func(item jsontext.Value)) {
	if len(v) == 0 || v.Kind() != '[' {
		return
	}
	dec := again(v)
	if _, err := dec.ReadToken(); err != nil {
		return
	}
	for dec.PeekKind() != ']' && dec.PeekKind() != 0 {
		item, err := dec.ReadValue()
		if err != nil {
			return
		}
		visit(item)
	}
}

// AuthorSent reports whether an author, not an admission webhook, wrote an
// annotation: what webhooks write is listed by no entry of managedFields.
func (o *Object) AuthorSent(annotation string) bool {
	sent := false
	path := []string{"f:metadata", "f:annotations", "f:" + annotation}
	each(o.evidence.managedFields, func(entry jsontext.Value) {
		sent = sent || lists(member(entry, "fieldsV1"), path)
	})
	return sent
}

// lists reports whether a fieldsV1 names a path.
func lists(fields jsontext.Value, path []string) bool {
	for _, key := range path {
		if fields = member(fields, key); fields == nil {
			return false
		}
	}
	return true
}
