package catalogue

import (
	"fmt"
	"maps"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// What one call of a builtin may come to. OPA looks at a deadline between calls and
// in few of its builtins, and never at memory, so that a call which doubles what it
// gets, or compares all with all, must be refused before it is made. Everything that
// a Job can hold stays below: it is 3 MiB at most.
const (
	maxText  = 8 << 20   // bytes that a call makes
	maxTexts = 64 << 20  // bytes that the calls of one query make together
	maxItems = 1 << 18   // elements that a call makes
	maxWork  = 100 << 20 // comparisons that a call makes
	maxDigit = 4 << 10   // digits of a number
)

// boundedPrefix stands before the name of a builtin that is called within its bounds.
const boundedPrefix = "batchgate.bounded."

// cost is what a call with these operands comes to, or more than the most: it stops
// counting there.
type cost func(operands []*ast.Term) int

// bound is what a builtin makes too much of, and how much a call makes.
type bound struct {
	what string
	most int
	cost cost
}

// bounds are those of the allowed builtins whose calls can take longer, or make more,
// than their operands are large. What the others take is in proportion to them.
func bounds() map[string]bound {
	text := func(c cost) bound { return bound{"bytes of text", maxText, c} }
	items := func(c cost) bound { return bound{"elements", maxItems, c} }
	work := func(c cost) bound { return bound{"comparisons", maxWork, c} }
	digits := func(c cost) bound { return bound{"digits", maxDigit, c} }
	return map[string]bound{
		"concat":                   text(concatCost),
		"replace":                  text(replaceCost),
		"sprintf":                  text(sprintfCost),
		"internal.template_string": text(printedCost),
		"lower":                    text(printedCost),
		"upper":                    text(printedCost),
		"strings.reverse":          text(printedCost),

		"array.concat":    items(lengths),
		"array.flatten":   items(nestedLengths),
		"object.union":    items(lengths),
		"object.union_n":  items(nestedLengths),
		"or":              items(lengths),
		"union":           items(nestedLengths),
		"split":           items(splitCost),
		"strings.split_n": items(splitCost),
		"indexof_n":       items(splitCost),

		"indexof":                  work(searchWork),
		"trim":                     work(cutWork),
		"trim_left":                work(cutWork),
		"trim_right":               work(cutWork),
		"object.subset":            work(subsetWork),
		"strings.any_prefix_match": work(affixWork),
		"strings.any_suffix_match": work(affixWork),

		"mul":        digits(digitsOf),
		"product":    digits(digitsOf),
		"format_int": digits(digitsOf),
	}
}

// bounded are the builtins of bounds as compiled rules call them.
func bounded() map[string]*topdown.Builtin {
	all := map[string]*topdown.Builtin{}
	for name, b := range bounds() {
		all[boundedPrefix+name] = &topdown.Builtin{Decl: ast.BuiltinMap[name], Func: b.around(name)}
	}
	return all
}

// programBuiltins are all builtins that a compiled program calls besides OPA's own.
func programBuiltins() map[string]*topdown.Builtin {
	all := bounded()
	maps.Copy(all, Builtins())
	return all
}

func (b bound) around(name string) topdown.BuiltinFunc {
	call := topdown.GetBuiltin(name)
	return func(bctx topdown.BuiltinContext, operands []*ast.Term, iter func(*ast.Term) error) error {
		cost := b.cost(operands)
		if cost > b.most {
			return &topdown.Error{
				Code: topdown.BuiltinErr, Location: bctx.Location,
				Message: fmt.Sprintf("%s: this call would come to more than %d %s, the most that a rule may make", name, b.most, b.what),
			}
		}
		if b.most == maxText && !paid(bctx, cost) {
			return &topdown.Error{
				Code: topdown.BuiltinErr, Location: bctx.Location,
				Message: fmt.Sprintf("%s: this rule has made more than %d MiB of text, the most that it may make", name, maxTexts>>20),
			}
		}
		return call(bctx, operands, iter)
	}
}

// smallText is not counted: a query that is stopped by its deadline makes little of it.
const smallText = 4 << 10

type paidKey struct{}

// paid takes the text that a call makes from what its query may make.
func paid(bctx topdown.BuiltinContext, cost int) bool {
	if cost < smallText || bctx.Cache == nil {
		return true
	}
	made, _ := bctx.Cache.Get(paidKey{})
	sum, _ := made.(int)
	sum += cost
	bctx.Cache.Put(paidKey{}, sum)
	return sum <= maxTexts
}

// withinBounds makes what has been compiled call the bounded builtins.
func withinBounds(compiler *ast.Compiler) {
	terms := map[string]*ast.Term{}
	for name := range bounds() {
		operator := &ast.Builtin{Name: boundedPrefix + name}
		terms[ast.BuiltinMap[name].Ref().String()] = ast.NewTerm(operator.Ref())
	}
	for _, module := range compiler.Modules {
		ast.WalkExprs(module, func(e *ast.Expr) bool {
			if call, ok := e.Terms.([]*ast.Term); ok {
				if ref, ok := call[0].Value.(ast.Ref); ok {
					if within := terms[ref.String()]; within != nil {
						call[0] = within
					}
				}
			}
			return false
		})
	}
}
