package batch

import (
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Views are an object as rules read it. The terms are shared and must not be
// changed.
type Views struct {
	Job            *ast.Term   // {metadata, spec}; a CronJob's template of a Job; nil when absent
	CronJob        *ast.Term   // {metadata, spec}, plus timetable; nil for a Job
	Pod            *ast.Term   // the pod template, plus quantities; nil when absent
	Containers     []Container // every one, also those with an empty name or one used twice, in the order of the view
	ContainersTerm *ast.Term   // a list; never nil
}

// Container is a container of the pod template.
type Container struct {
	Name  string
	Role  string // "main", "init" or "sidecar": an init container that restarts always
	Index int    // in List
	List  string // "containers" or "initContainers"
	Term  *ast.Term
}

// The roles of a container.
const (
	roleMain    = "main"
	roleInit    = "init"
	roleSidecar = "sidecar"
)

// Views returns the object as rules read it; they are built on first use.
func (o *Object) Views() Views {
	o.viewsOnce.Do(func() {
		o.views = Views{Job: o.job(), Pod: o.podView(), Containers: o.containers, ContainersTerm: o.containersTerm()}
		if o.kind == CronJob {
			o.views.CronJob = o.cronJobView()
		}
	})
	return o.views
}

// Ambiguous reports whether a container name says nothing: it is empty, or
// more than one container has it.
func (o *Object) Ambiguous(name string) bool {
	seen := 0
	for i := range o.containers {
		if o.containers[i].Name == name {
			seen++
		}
	}
	return name == "" || seen > 1
}

func (o *Object) listContainers() []Container {
	var found []Container
	spec := memberAt(o.pod, "spec")
	for _, list := range containerLists() {
		t := memberAt(spec, list)
		if t == nil {
			continue
		}
		items, ok := t.Value.(*ast.Array)
		if !ok {
			continue
		}
		for i := range items.Len() {
			item := items.Elem(i)
			if _, ok := item.Value.(ast.Object); !ok {
				continue
			}
			c := Container{Name: stringAt(item, "name"), Role: roleMain, Index: i, List: list, Term: item}
			if list == "initContainers" {
				c.Role = roleInit
				if stringAt(item, "restartPolicy") == "Always" {
					c.Role = roleSidecar
				}
			}
			found = append(found, c)
		}
	}
	return found
}

// containersTerm is the list of containers with what rules would otherwise
// have to work out themselves.
func (o *Object) containersTerm() *ast.Term {
	items := make([]*ast.Term, len(o.containers))
	for i, c := range o.containers {
		items[i] = o.containerTerm(c)
	}
	return ast.ArrayTerm(items...)
}

func (o *Object) containerTerm(c Container) *ast.Term {
	object := c.Term.Value.(ast.Object) // listContainers takes no others
	pairs := make([][2]*ast.Term, 0, object.Len()+3)
	object.Foreach(func(key, value *ast.Term) {
		switch key.Value {
		case ast.String("role"), ast.String("quantities"), ast.String("reference"):
			return // not fields of a container; a rule must not take them for ours
		}
		pairs = append(pairs, [2]*ast.Term{key, value})
	})
	pairs = append(pairs, [2]*ast.Term{words.term("role"), words.term(c.Role)})
	if o.keep.quantities {
		t := quantitiesTerm(memberAt(c.Term, "resources"))
		if t == nil {
			t = ast.InternedEmptyObject // so that a rule can hand it to a function
		}
		pairs = append(pairs, [2]*ast.Term{words.term("quantities"), t})
	}
	if o.keep.references {
		if t := o.keep.images.term(stringAt(c.Term, "image"), referenceTerm); t != nil {
			pairs = append(pairs, [2]*ast.Term{words.term("reference"), t})
		}
	}
	return ast.ObjectTerm(pairs...)
}

// podView is the pod template; with pod-level resources also their amounts.
func (o *Object) podView() *ast.Term {
	if o.pod == nil || !o.keep.quantities {
		return o.pod
	}
	quantities := quantitiesTerm(memberAt(memberAt(o.pod, "spec"), "resources"))
	if quantities == nil {
		return o.pod
	}
	pairs := make([][2]*ast.Term, 0, 3)
	for _, key := range []string{"metadata", "spec"} {
		if t := memberAt(o.pod, key); t != nil {
			pairs = append(pairs, [2]*ast.Term{words.term(key), t})
		}
	}
	return ast.ObjectTerm(append(pairs, [2]*ast.Term{words.term("quantities"), quantities})...)
}

// quantitiesTerm gives a resources object's amounts as numbers, limits
// rounded down and requests up, so that what fits them fits the text; nil when it has
// no requests and no limits.
func quantitiesTerm(resources *ast.Term) *ast.Term {
	var pairs [][2]*ast.Term
	for _, section := range []string{"limits", "requests"} {
		t := memberAt(resources, section)
		if t == nil {
			continue
		}
		amounts, ok := t.Value.(ast.Object)
		if !ok {
			continue
		}
		numbers := make([][2]*ast.Term, 0, amounts.Len())
		amounts.Foreach(func(key, value *ast.Term) {
			if n, ok := amountOf(key, value, section == "limits"); ok {
				numbers = append(numbers, [2]*ast.Term{key, ast.InternedTerm(n)})
			}
		})
		pairs = append(pairs, [2]*ast.Term{words.term(section), ast.ObjectTerm(numbers...)})
	}
	if pairs == nil {
		return nil
	}
	return ast.ObjectTerm(pairs...)
}

// amountOf reads one entry of a resource list. A quantity may be a string or,
// as an author writes it, a number; any other is left out.
func amountOf(key, value *ast.Term, down bool) (int64, bool) {
	name, ok := key.Value.(ast.String)
	if !ok {
		return 0, false
	}
	var text string
	switch v := value.Value.(type) {
	case ast.String:
		text = string(v)
	case ast.Number:
		text = string(v)
		if n, err := strconv.ParseFloat(text, 64); err == nil && text != strconv.FormatInt(int64(n), 10) {
			text = strconv.FormatFloat(n, 'f', -1, 64)
		}
	default:
		return 0, false
	}
	n, err := quantity(string(name), text, down)
	return n, err == nil
}
