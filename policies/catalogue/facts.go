package catalogue

import (
	"encoding/json"
	"slices"
)

// Facts are what a check finds out about the rules of a layer. Where they are known,
// and the rules are those that were checked, they need not be checked again.
type Facts struct {
	Digest string               `json:"digest"` // of the files
	Rules  map[string]RuleFacts `json:"rules"`
}

// RuleFacts are what a check finds out about one rule, and its values for the
// parameters that the presets give it.
type RuleFacts struct {
	Reads  [][]string `json:"reads"`
	Heads  []Head     `json:"heads,omitempty"`
	Denies bool       `json:"denies,omitempty"`
	Values Values     `json:"values,omitempty"`
}

// Facts of a catalogue of one layer, with the values of Fold.
func (c *Catalogue) Facts(values map[string]Values) Facts {
	f := Facts{Digest: c.digest, Rules: map[string]RuleFacts{}}
	for _, rule := range c.Rules {
		f.Rules[rule.Name] = RuleFacts{Reads: rule.Reads, Heads: rule.Heads, Denies: rule.Denies, Values: values[rule.Name]}
	}
	return f
}

// factsOf are the facts of the only layer that is added, and whether they are of the
// files that it has.
func factsOf(layers []Layer, added []file) (Facts, bool) {
	var f Facts
	if len(layers) != 1 || layers[0].Facts == nil || json.Unmarshal(layers[0].Facts, &f) != nil {
		return f, false
	}
	return f, f.Digest == digestOf(added)
}

// know gives rules what is known of them, and tells whether that is all.
func (f Facts) know(rules []*Rule) bool {
	for _, rule := range rules {
		known, ok := f.Rules[rule.Name]
		if !ok {
			return false
		}
		rule.Reads, rule.Heads, rule.Denies, rule.values = known.Reads, slices.Clone(known.Heads), known.Denies, known.Values
	}
	return true
}
