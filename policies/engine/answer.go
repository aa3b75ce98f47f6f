package engine

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
)

// findingsOf reads what a rule's `deny` answered: a set of objects with a
// field (a path in the views) and a msg. A rule whose answer has another shape
// has a bug, and is reported as a policy error rather than half understood.
func (s *subject) findingsOf(st step, result *ast.Term) ([]Finding, error) {
	set, ok := result.Value.(ast.Set)
	if !ok {
		return nil, fmt.Errorf("deny is %s, a set of objects was expected", ast.ValueName(result.Value))
	}
	var found []Finding
	err := set.Iter(func(item *ast.Term) error {
		object, ok := item.Value.(ast.Object)
		if !ok {
			return fmt.Errorf("deny holds %s, an object with field and msg was expected", ast.ValueName(item.Value))
		}
		f, err := s.findingOf(object)
		if err != nil {
			return err
		}
		f.Rule, f.Mode, f.Severity = st.rule.Name, st.mode, st.rule.Severity
		found = append(found, f)
		return nil
	})
	return found, err
}

func (s *subject) findingOf(object ast.Object) (Finding, error) {
	var f Finding
	var err error
	if f.View, err = fieldOf(object.Get(ast.InternedTerm("field"))); err != nil {
		return f, err
	}
	msg := object.Get(ast.InternedTerm("msg"))
	if msg == nil {
		return f, errors.New("deny gives no msg")
	}
	text, ok := msg.Value.(ast.String)
	if !ok || text == "" {
		return f, errors.New("deny gives a msg that is no text")
	}
	f.said = string(text)
	f.Message = Bounded(OneLine(f.said), maxMessage)
	location := s.object.Locate(f.View)
	f.Field, f.Subject = location.Field, location.Subject
	for _, part := range []struct {
		key  string
		into *json.RawMessage
	}{{"value", &f.Value}, {"allowed", &f.Allowed}, {"fix", &f.Fix}} {
		if *part.into, err = encode(object.Get(ast.InternedTerm(part.key))); err != nil {
			return f, err
		}
	}
	return f, nil
}

func fieldOf(t *ast.Term) ([]string, error) {
	if t == nil {
		return nil, errors.New("deny gives no field")
	}
	array, ok := t.Value.(*ast.Array)
	if !ok || array.Len() == 0 {
		return nil, errors.New("deny gives a field that is no path")
	}
	path := make([]string, 0, array.Len())
	for i := range array.Len() {
		switch part := array.Elem(i).Value.(type) {
		case ast.String:
			path = append(path, string(part))
		case ast.Number:
			path = append(path, part.String())
		default:
			return nil, fmt.Errorf("deny gives a field with %s in it", ast.ValueName(part))
		}
	}
	return path, nil
}
