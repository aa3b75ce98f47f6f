package engine

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/config"
)

// agree refuses a policy under which two rules always want different values
// for one field. What depends on the object is found when there is one (wish.go).
func (e *Engine) agree() error {
	selections := []config.Selection{{}}
	for _, profile := range e.policy.ProfileNames() {
		selections = append(selections, config.Selection{Profile: profile})
	}
	for i := range e.policy.Namespaces {
		selections = append(selections, config.Selection{Namespaces: 1 << i})
	}
	for _, selection := range selections {
		p := e.planFor(selection)
		for _, steps := range [][]step{p.base, p.profile} {
			if err := e.compatible(steps); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *Engine) compatible(steps []step) error {
	type constant struct {
		rule  string
		value ast.Value
	}
	known := map[string]constant{}
	for _, st := range steps {
		if !st.fill {
			continue
		}
		for _, head := range st.rule.Heads {
			if head.Container {
				continue
			}
			value, ok := e.program.Constant(st.rule.Name, st.params, head)
			if !ok {
				continue
			}
			path := canonical(head.Path)
			other, taken := known[pathKey(path)]
			if taken && other.value.Compare(value) != 0 {
				return fmt.Errorf("rules %s and %s want different values for %s: %s and %s; set `fill: false` for one of them",
					other.rule, st.rule.Name, dotted(path), other.value, value)
			}
			known[pathKey(path)] = constant{rule: st.rule.Name, value: value}
		}
	}
	return nil
}
