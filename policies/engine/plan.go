package engine

import (
	"reflect"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/catalogue"
	"github.com/batchgate/batchgate/policies/config"
)

// boundRule is a rule with one set of parameters, ready to be evaluated.
type boundRule struct {
	rule   *catalogue.Rule
	params map[string]any
	by     *ast.Compiler   // of deny and fills
	deny   ast.Body        // nil: the rule refuses nothing
	guard  catalogue.Guard // of deny
	fills  []fill

	context contextReads
}

// fill is one query for values: a ground path, or all containers at once.
type fill struct {
	path  []string   // view path of the query's answer
	rests [][]string // for containers: the paths below the name that may be written
	body  ast.Body
	guard catalogue.Guard
}

// plan is the policy as it applies to the requests of one selection.
type plan struct {
	base    []step
	profile []step // what the profile adds; nil without one

	denials [2][]denials // of base and of profile
}

// denials asks the rules of a layer that one compiler has what they refuse, in one query.
type denials struct {
	by      *ast.Compiler
	steps   []step      // that refuse anything
	exprs   []*ast.Expr // what each step asks; nil: they are asked one by one
	answers []ast.Var   // one for each step
}

// step is a bound rule in one mode.
type step struct {
	*boundRule
	mode config.Mode
	fill bool
}

// planFor returns the plan of a selection, made on first use: a pure function
// of the policy, so that two requests that race make the same one.
func (e *Engine) planFor(s config.Selection) *plan {
	if p, ok := e.plans.Load(s); ok {
		return p.(*plan)
	}
	p := &plan{}
	plain := e.policy.Bindings(config.Selection{Namespaces: s.Namespaces})
	p.base = e.steps(plain)
	if s.Profile != "" {
		known := map[string]config.Binding{}
		for _, b := range plain {
			known[b.Rule] = b
		}
		var added []config.Binding
		for _, b := range e.policy.Bindings(s) {
			if !reflect.DeepEqual(known[b.Rule], b) {
				added = append(added, b)
			}
		}
		p.profile = e.steps(added)
	}
	for i, steps := range [][]step{p.base, p.profile} {
		p.denials[i] = denialsOf(e.program, steps)
	}
	actual, _ := e.plans.LoadOrStore(s, p)
	return actual.(*plan)
}

// denialsOf joins what the steps ask that one compiler has, for each compiler.
func denialsOf(program *catalogue.Program, steps []step) (all []denials) {
	var compilers []*ast.Compiler
	of := map[*ast.Compiler][]step{}
	for _, st := range steps {
		if st.deny == nil {
			continue
		}
		if of[st.by] == nil {
			compilers = append(compilers, st.by)
		}
		of[st.by] = append(of[st.by], st)
	}
	for _, compiler := range compilers {
		all = append(all, asOne(program, compiler, of[compiler]))
	}
	return all
}

// asOne makes one query of several. Every deny is a set, which is never undefined,
// so that no rule's silence hides another's answer.
func asOne(program *catalogue.Program, by *ast.Compiler, steps []step) denials {
	d := denials{by: by}
	var body ast.Body
	for _, st := range steps {
		v := ast.Var("answer" + strconv.Itoa(len(d.steps)))
		d.steps = append(d.steps, st)
		d.answers = append(d.answers, v)
		ref := program.Ref(st.rule.Name, st.params).Append(ast.StringTerm("deny"))
		body.Append(ast.Equality.Expr(ast.NewTerm(ref), ast.NewTerm(v)))
	}
	// The compiler keeps the expressions apart, so that any of them can be left out.
	if body, err := by.QueryCompiler().Compile(body); err == nil && len(body) == len(d.steps) {
		d.exprs = body
	}
	return d
}

func (e *Engine) steps(bindings []config.Binding) []step {
	var steps []step
	for _, b := range bindings {
		if b.Mode == config.Off {
			continue
		}
		for _, bound := range e.bound[b.Rule] {
			if reflect.DeepEqual(bound.params, b.Params) {
				steps = append(steps, step{boundRule: bound, mode: b.Mode, fill: b.Fill})
				break
			}
		}
	}
	return steps
}

// bind prepares the queries of a rule. Each ground head is a query of its own,
// because most have no gap and are then never evaluated.
func bind(program *catalogue.Program, rule *catalogue.Rule, params map[string]any) (*boundRule, error) {
	b := &boundRule{rule: rule, params: params, by: program.Compiler(rule.Name)}
	for _, read := range rule.Reads {
		b.context.add(read)
	}
	root := program.Ref(rule.Name, params)
	if rule.Denies {
		body, err := compileQuery(b.by, root.Append(ast.StringTerm("deny")))
		if err != nil {
			return nil, err
		}
		b.deny = body
		b.guard = program.Guard(root.Append(ast.StringTerm("deny")))
	}
	seen := map[string]int{}
	for _, head := range rule.Heads {
		key := pathKey(head.Path)
		if i, ok := seen[key]; ok {
			b.fills[i].rests = append(b.fills[i].rests, head.Rest)
			continue
		}
		ref := root.Append(ast.StringTerm("defaults"))
		for _, part := range head.Path {
			ref = ref.Append(ast.StringTerm(part))
		}
		body, err := compileQuery(b.by, ref)
		if err != nil {
			return nil, err
		}
		seen[key] = len(b.fills)
		f := fill{path: head.Path, body: body, guard: program.Guard(ref)}
		if head.Container {
			f.rests = [][]string{head.Rest}
		}
		b.fills = append(b.fills, f)
	}
	return b, nil
}

// answer is the variable a prepared query binds.
const answer = ast.Var("answer")

func compileQuery(by *ast.Compiler, ref ast.Ref) (ast.Body, error) {
	expr := ast.Equality.Expr(ast.NewTerm(ref), ast.NewTerm(answer))
	return by.QueryCompiler().Compile(ast.NewBody(expr))
}
