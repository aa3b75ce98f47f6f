package engine

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/batchgate/batchgate/policies/batch"
)

// contextReads says which parts of what surrounds an object are looked at.
type contextReads struct{ labels, limits, quotas, user bool }

// add notes a path of the input that a rule reads.
func (r *contextReads) add(read []string) {
	r.user = r.user || len(read) == 0 || read[0] == "user"
	if len(read) == 0 || read[0] != "namespace" {
		return
	}
	all := len(read) == 1 || read[1] == "*"
	r.labels = r.labels || all || read[1] == "labels" || read[1] == "annotations"
	r.limits = r.limits || all || read[1] == "limitRanges"
	r.quotas = r.quotas || all || read[1] == "resourceQuotas"
}

// term is the namespace as rules read it. What is not known is left out, so
// that a rule can tell "no labels" from "nobody could say".
func (r contextReads) term(ns Namespace) *ast.Term {
	pairs := [][2]*ast.Term{{ast.StringTerm("name"), ast.StringTerm(ns.Name)}}
	if r.labels && ns.LabelsKnown {
		pairs = append(pairs,
			[2]*ast.Term{ast.StringTerm("labels"), stringsTerm(ns.Labels)},
			[2]*ast.Term{ast.StringTerm("annotations"), stringsTerm(ns.Annotations)})
	}
	if r.limits && ns.LimitsKnown {
		limits := make([]*ast.Term, len(ns.LimitRanges))
		for i, limit := range ns.LimitRanges {
			limits[i] = limitTerm(limit)
		}
		pairs = append(pairs, [2]*ast.Term{ast.StringTerm("limitRanges"), ast.ArrayTerm(limits...)})
	}
	if r.quotas && ns.QuotasKnown {
		quotas := make([]*ast.Term, len(ns.ResourceQuotas))
		for i, quota := range ns.ResourceQuotas {
			quotas[i] = quotaTerm(quota)
		}
		pairs = append(pairs, [2]*ast.Term{ast.StringTerm("resourceQuotas"), ast.ArrayTerm(quotas...)})
	}
	return ast.ObjectTerm(pairs...)
}

func stringsTerm(values map[string]string) *ast.Term {
	pairs := make([][2]*ast.Term, 0, len(values))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		pairs = append(pairs, [2]*ast.Term{ast.StringTerm(key), ast.StringTerm(values[key])})
	}
	return ast.ObjectTerm(pairs...)
}

func limitTerm(l LimitRange) *ast.Term {
	pairs := [][2]*ast.Term{{ast.StringTerm("type"), ast.StringTerm(l.Type)}}
	for _, part := range []struct {
		key    string
		values map[string]string
	}{
		{"min", l.Min}, {"max", l.Max}, // max and default are rounded down
		{"default", l.Default}, {"defaultRequest", l.DefaultRequest},
	} {
		if len(part.values) > 0 {
			pairs = append(pairs, [2]*ast.Term{ast.StringTerm(part.key), quantitiesTerm(part.values, part.key == "max" || part.key == "default")})
		}
	}
	if len(l.MaxLimitRequestRatio) > 0 {
		pairs = append(pairs, [2]*ast.Term{ast.StringTerm("maxLimitRequestRatio"), ratiosTerm(l.MaxLimitRequestRatio)})
	}
	return ast.ObjectTerm(pairs...)
}

// quantitiesTerm gives numbers in the unit rules use. The API server accepted
// these quantities, so one that does not parse is left out.
func quantitiesTerm(values map[string]string, down bool) *ast.Term {
	read := batch.Quantity
	if down {
		read = batch.QuantityDown
	}
	return amountsTerm(values, read)
}

func amountsTerm(values map[string]string, read func(name, s string) (int64, error)) *ast.Term {
	var pairs [][2]*ast.Term
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if n, err := read(name, values[name]); err == nil {
			number := ast.NumberTerm(json.Number(strconv.FormatInt(n, 10)))
			pairs = append(pairs, [2]*ast.Term{ast.StringTerm(name), number})
		}
	}
	return ast.ObjectTerm(pairs...)
}

// ratiosTerm gives plain numbers: a ratio has no unit.
func ratiosTerm(values map[string]string) *ast.Term {
	var pairs [][2]*ast.Term
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if q, err := resource.ParseQuantity(values[name]); err == nil {
			number := ast.NumberTerm(json.Number(q.AsDec().String()))
			pairs = append(pairs, [2]*ast.Term{ast.StringTerm(name), number})
		}
	}
	return ast.ObjectTerm(pairs...)
}
