package catalogue

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/schema"
)

// heads judges the defaults of a rule. parsed is the module as it was written,
// names the aliases of its compiled twin.
func (r *Rule) heads(compiled *ast.Module, names aliases, to *problems) {
	seen := map[string]bool{}
	for _, rule := range compiled.Rules {
		ref := rule.Head.Ref()
		if ref[0].Value != ast.Var("defaults") {
			continue
		}
		if rule.Head.RuleKind() == ast.MultiValue {
			to.in(rule.Location, "defaults is a set", "expected defaults.<view>.<field> := value", "")
			continue
		}
		if rule.Default {
			to.in(rule.Location, "defaults has a `default`", "expected defaults.<view>.<field> := value", "")
			continue
		}
		h, ok := head(ref[1:], names, rule.Location, to)
		if !ok {
			continue
		}
		written(h, rule, to)
		key := strings.Join(h.Path, "\x00") + "\x00\x00" + strings.Join(h.Rest, "\x00")
		if !seen[key] {
			seen[key] = true
			r.Heads = append(r.Heads, h)
		}
	}
	slices.SortFunc(r.Heads, func(a, b Head) int {
		return slices.Compare(slices.Concat(a.Path, a.Rest), slices.Concat(b.Path, b.Rest))
	})
}

// head reads the path of a default.
func head(ref ast.Ref, names aliases, at *ast.Location, to *problems) (h Head, ok bool) {
	var path []string
	for i, part := range ref {
		switch v := part.Value.(type) {
		case ast.String:
			path = append(path, string(v))
		case ast.Var:
			if i == 1 && path[0] == "containers" && names.only(v, []string{"containers", "*", "name"}) {
				path = append(path, "*")
				continue
			}
			to.in(at, "the path of a default holds a variable", "only the name of a container may vary: defaults.containers[container.name]… with some container in input.containers", "")
			return h, false
		default:
			to.in(at, fmt.Sprintf("the path of a default holds %s", part), "expected names of fields; a list is filled as a whole, containers by name", "")
			return h, false
		}
	}
	if len(path) == 0 {
		to.in(at, "defaults is given as a whole", "expected defaults.<view>.<field> := value", "")
		return h, false
	}
	if !fillable(path, at, to) {
		return h, false
	}
	if path[0] == "containers" {
		return Head{Path: path[:1:1], Container: true, Rest: path[2:]}, true
	}
	return Head{Path: path}, true
}

// fillable judges whether a rule may write a path.
func fillable(path []string, at *ast.Location, to *problems) bool {
	what, expected, near := unfillable(path)
	if what != "" {
		to.in(at, "defaults."+strings.Join(path, ".")+what, expected, near)
	}
	return what == ""
}

// Fillable is nil for a path of the views that a rule may write: it exists, and
// it is the author's business.
func Fillable(path []string) error {
	what, expected, _ := unfillable(path)
	if what == "" {
		return nil
	}
	if expected != "" {
		what += "; " + expected
	}
	return errors.New("defaults." + strings.Join(path, ".") + what)
}

// unfillable says why a path may not be written, if so.
func unfillable(path []string) (what, expected, near string) {
	shortest := 2
	if path[0] == "containers" {
		shortest = 3
	}
	switch views := []string{"job", "cronjob", "pod", "containers"}; {
	case !slices.Contains(views, path[0]):
		return " is no view", "expected " + strings.Join(views, ", "), ""
	case len(path) < shortest:
		return " is a whole view", "expected a field below it", ""
	case !schema.IsField(path):
		bad, near := schema.Nearest(path)
		if bad == "" {
			return " is no field of the object", "it is only there to be read", ""
		}
		return ": there is no field " + bad, "", near
	case inContainerList(path):
		return " is a list of containers", "expected defaults.containers[container.name]…", ""
	case path[len(path)-1] == "metadata" || slices.Contains(path, "metadata") && !ownMetadata(path):
		return " is not a rule's to write", "of metadata only labels and annotations are", ""
	}
	return "", "", ""
}

func inContainerList(path []string) bool {
	if path[0] == "containers" {
		return false
	}
	return slices.ContainsFunc(path, func(part string) bool {
		return part == "containers" || part == "initContainers" || part == "ephemeralContainers"
	})
}

func ownMetadata(path []string) bool {
	i := slices.Index(path, "metadata")
	return i+1 < len(path) && (path[i+1] == "labels" || path[i+1] == "annotations")
}

// written judges the keys of a literal object that is given as a default.
func written(h Head, rule *ast.Rule, to *problems) {
	base := h.Path
	if h.Container {
		base = slices.Concat(h.Path, []string{"*"}, h.Rest)
	}
	var walk func(path []string, t *ast.Term)
	walk = func(path []string, t *ast.Term) {
		object, ok := t.Value.(ast.Object)
		if !ok {
			return
		}
		object.Foreach(func(key, value *ast.Term) {
			name, ok := key.Value.(ast.String)
			if !ok {
				return
			}
			if below := append(slices.Clone(path), string(name)); fillable(below, rule.Location, to) {
				walk(below, value)
			}
		})
	}
	if value := literal(rule, rule.Head.Value); value != nil {
		walk(base, value)
	}
}

// literal is a term itself, or what the compiler took out of the head and put
// into the body.
func literal(rule *ast.Rule, t *ast.Term) *ast.Term {
	if t == nil {
		return nil
	}
	v, ok := t.Value.(ast.Var)
	if !ok {
		return t
	}
	for _, expr := range rule.Body {
		if bound, to, ok := binding(expr); ok && bound == v {
			return to
		}
	}
	return t
}
