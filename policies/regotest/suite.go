package regotest

import (
	"context"
	"slices"
	"strings"

	"github.com/batchgate/batchgate/policies/catalogue"
)

// Suite is a policy directory to be tested.
type Suite struct {
	// Layer is what is tested.
	Layer catalogue.Layer
	// Below are the layers that it stands on: for a directory of one's own, the
	// bundled rules. Their tests are not run.
	Below []catalogue.Layer
	// Write, if set, is given the examples.txtar that differ from what the engine
	// says, by their path in the layer, and no such difference is a problem.
	Write func(path string, text []byte) error
}

// Run makes every check and returns the outcomes by name. Rules and tests that do
// not load are the only outcomes there are then. The error is that of the
// context, or says which files cannot be read.
func (s Suite) Run(ctx context.Context) ([]Outcome, error) {
	load := Outcome{Name: "load", Check: CheckLoad}
	rules, err := catalogue.Load(append(slices.Clone(s.Below), s.Layer)...)
	if err != nil {
		load.Problems = append(load.Problems, strings.Split(err.Error(), "\n")...)
	}
	tree, wrong, err := s.read()
	if err != nil {
		return nil, err
	}
	if len(load.Problems)+len(wrong) > 0 {
		return append([]Outcome{load}, wrong...), nil
	}
	outcomes := append(tree.house(), tree.rego(ctx)...)
	for _, rule := range rules.Rules {
		if dir := tree.rules[rule.Name]; dir != nil {
			outcomes = append(outcomes, dir.complete(rule))
			outcomes = append(outcomes, s.examples(ctx, rules, rule, dir)...)
		}
	}
	slices.SortStableFunc(outcomes, func(a, b Outcome) int { return strings.Compare(a.Name, b.Name) })
	return append([]Outcome{load}, outcomes...), ctx.Err()
}
