package shape

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// node is a JSON Schema in the part of the language that OPA's checker reads.
// The zero value allows anything.
type node struct {
	Comment     string           `json:"$comment,omitempty"`
	Schema      string           `json:"$schema,omitempty"`
	Ref         string           `json:"$ref,omitempty"`
	Description string           `json:"description,omitempty"`
	Type        string           `json:"type,omitempty"`
	Enum        []string         `json:"enum,omitempty"`
	Properties  map[string]*node `json:"properties,omitempty"`
	Items       *node            `json:"items,omitempty"`
	Additional  any              `json:"additionalProperties,omitempty"` // false, or the *node of every value
	Added       bool             `json:"x-added,omitempty"`              // not a field of the object itself
	Definitions map[string]*node `json:"definitions,omitempty"`
}

// JSON is the schema of the input, indented, with a newline at its end.
func JSON() ([]byte, error) {
	w := walk{definitions: map[string]*node{}, named: map[string]reflect.Type{}}
	root := w.object(reflect.TypeFor[input]())
	root.Schema = "http://json-schema.org/draft-07/schema#"
	root.Comment = "Generated from k8s.io/api by make docs. Do not edit."
	root.Definitions = w.definitions
	if w.err != nil {
		return nil, w.err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", " ")
	err := encoder.Encode(root)
	return out.Bytes(), err
}

// walk collects a definition for every struct that it meets.
type walk struct {
	definitions map[string]*node
	named       map[string]reflect.Type
	err         error
}

func (w *walk) of(t reflect.Type) *node {
	if n, ok := special(t); ok {
		return n
	}
	switch t.Kind() {
	case reflect.Pointer:
		return w.of(t.Elem())
	case reflect.String:
		return &node{Type: "string"}
	case reflect.Bool:
		return &node{Type: "boolean"}
	case reflect.Int, reflect.Int32, reflect.Int64:
		return &node{Type: "integer"}
	case reflect.Float64:
		return &node{Type: "number"}
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return &node{Type: "string"}
		}
		return &node{Type: "array", Items: w.of(t.Elem())}
	case reflect.Map:
		return &node{Type: "object", Additional: w.of(t.Elem())}
	case reflect.Struct:
		return w.reference(t)
	}
	w.err = fmt.Errorf("%s: has no JSON Schema", t)
	return &node{}
}

// reference defines a struct once, also one that holds itself.
func (w *walk) reference(t reflect.Type) *node {
	name := t.Name()
	switch have := w.named[name]; have {
	case nil:
		w.named[name] = t
		w.definitions[name] = w.object(t)
	case t:
	default:
		w.err = fmt.Errorf("%s and %s: have one name", have, t)
	}
	return &node{Ref: "#/definitions/" + name}
}

// object is closed: a misspelled field is an error of whoever reads it.
func (w *walk) object(t reflect.Type) *node {
	n := &node{Type: "object", Properties: map[string]*node{}, Additional: false}
	w.fields(n, t)
	return n
}

func (w *walk) fields(n *node, t reflect.Type) {
	for field := range t.Fields() {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case name == "" && (field.Anonymous || strings.Contains(options, "inline")):
			w.fields(n, field.Type)
			continue
		case name == "" || name == "-", name == "managedFields": // the engine never gives a rule the latter
			continue
		}
		n.Properties[name] = w.property(field)
	}
}

func (w *walk) property(field reflect.StructField) *node {
	p := w.of(field.Type)
	p.Description = field.Tag.Get("description")
	p.Added = field.Tag.Get("added") != ""
	p.Enum = strings.Fields(field.Tag.Get("enum"))
	return p
}

// special are the types whose JSON is not what their Go type looks like.
func special(t reflect.Type) (*node, bool) {
	switch t.PkgPath() + "." + t.Name() {
	case "k8s.io/apimachinery/pkg/apis/meta/v1.Time", "k8s.io/apimachinery/pkg/apis/meta/v1.MicroTime",
		"k8s.io/apimachinery/pkg/api/resource.Quantity":
		return &node{Type: "string"}, true
	case "k8s.io/apimachinery/pkg/util/intstr.IntOrString", "k8s.io/apimachinery/pkg/apis/meta/v1.FieldsV1",
		"k8s.io/apimachinery/pkg/runtime.RawExtension":
		return &node{}, true
	}
	return nil, false
}
