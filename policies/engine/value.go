package engine

import (
	"encoding/json"
	"math/big"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
)

// encode is a term as JSON, keys sorted, integral numbers as integers: `3.0`
// is a number to Rego and no integer to Kubernetes.
func encode(t *ast.Term) (json.RawMessage, error) {
	if t == nil {
		return nil, nil
	}
	if text, ok := t.Value.(ast.String); ok && plain(string(text)) {
		return append(append(append(make([]byte, 0, len(text)+2), '"'), text...), '"'), nil
	}
	if number, ok := t.Value.(ast.Number); ok {
		if n, ok := number.Int64(); ok && strconv.FormatInt(n, 10) == string(number) {
			return json.RawMessage(number), nil
		}
	}
	v, err := ast.JSON(t.Value)
	if err != nil {
		return nil, err
	}
	return json.Marshal(integral(v))
}

// plain reports whether a string is the same in JSON but for its quotes.
func plain(text string) bool {
	for _, c := range []byte(text) {
		if c < ' ' || c > '~' || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return false
		}
	}
	return true
}

func integral(v any) any {
	switch v := v.(type) {
	case json.Number:
		return normalise(v)
	case []any:
		for i := range v {
			v[i] = integral(v[i])
		}
	case map[string]any:
		for key := range v {
			v[key] = integral(v[key])
		}
	}
	return v
}

func normalise(n json.Number) json.Number {
	if _, err := n.Int64(); err == nil {
		return n
	}
	if r, ok := new(big.Rat).SetString(n.String()); ok && r.IsInt() && r.Num().BitLen() <= 64 {
		return json.Number(r.Num().String())
	}
	return n
}

// leaf is one value below the path that a rule's default names.
type leaf struct {
	rest  []string
	value *ast.Term
}

// leaves flattens what a rule answered: objects are walked, so that a rule
// that names a whole object still fills only the parts that are missing. An
// empty object asks for nothing.
func leaves(t *ast.Term) []leaf {
	var found []leaf
	var walk func(rest []string, t *ast.Term)
	walk = func(rest []string, t *ast.Term) {
		object, ok := t.Value.(ast.Object)
		if !ok {
			found = append(found, leaf{rest: rest, value: t})
			return
		}
		object.Foreach(func(key, value *ast.Term) {
			if name, ok := key.Value.(ast.String); ok {
				walk(join(rest, string(name)), value)
			}
		})
	}
	walk(nil, t)
	return found
}
