package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"sync"

	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/batchgate/batchgate/policies/batch"
	"github.com/batchgate/batchgate/policies/catalogue"
	"github.com/batchgate/batchgate/policies/config"
)

// Engine judges batch objects by one policy. It is immutable and safe for
// concurrent use; a changed policy is a new Engine.
type Engine struct {
	identity Identity
	policy   *config.Policy
	rules    *catalogue.Catalogue
	bound    map[string][]*boundRule // by rule name: one per parameter set
	program  *catalogue.Program
	builtins map[string]*topdown.Builtin
	keep     *batch.Keep
	reads    inputReads
	places   *places
	fills    bool     // some rule fills something in; else what each would is shown
	plans    sync.Map // config.Selection -> *plan; few, and never removed
	proven   proven
}

// New prepares an engine: every rule that the policy may ask is compiled once for
// each parameter set that it can give it, and rules that want different constants
// for one field are refused.
func New(cat *catalogue.Catalogue, pol *config.Policy) (*Engine, error) {
	variants := pol.Variants()
	maps.DeleteFunc(variants, func(rule string, _ []map[string]any) bool { return !pol.Asks(rule) })
	program, err := cat.Compile(variants)
	if err != nil {
		return nil, err
	}
	e := &Engine{
		identity: identify(cat, pol),
		policy:   pol,
		rules:    cat,
		bound:    map[string][]*boundRule{},
		program:  program,
		builtins: program.Builtins(),
		keep:     batch.NewKeep(keptPaths(cat)),
		reads:    readsOf(cat),
		fills:    pol.Fills(),
	}
	for _, rule := range cat.Rules {
		for _, params := range variants[rule.Name] {
			b, err := bind(program, rule, params)
			if err != nil {
				return nil, fmt.Errorf("rule %s: %w", rule.Name, err)
			}
			e.bound[rule.Name] = append(e.bound[rule.Name], b)
		}
	}
	e.places = placesOf(program.Places())
	if err := e.agree(); err != nil {
		return nil, err
	}
	return e, nil
}

// Identity names the policy in force.
func (e *Engine) Identity() Identity { return e.identity }

// FillsNothing reports whether a rule fills nothing in with these parameters,
// whatever the object is. They must be some that the policy can give it. An error
// is that of a rule that is never asked, and of which nobody knew.
func (e *Engine) FillsNothing(rule *catalogue.Rule, params map[string]any) (bool, error) {
	if e.policy.Asks(rule.Name) {
		return e.program.Silent(rule, params), nil
	}
	program, err := e.rules.Compile(map[string][]map[string]any{rule.Name: {params}})
	if err != nil {
		return false, err
	}
	return program.Silent(rule, params), nil
}

// Policy is the policy in force. It must not be changed.
func (e *Engine) Policy() *config.Policy { return e.policy }

func identify(cat *catalogue.Catalogue, pol *config.Policy) Identity {
	sum := sha256.Sum256([]byte(cat.Digest() + "\n" + pol.Digest()))
	return Identity{Name: pol.Name, Digest: hex.EncodeToString(sum[:4])}
}

// keptPaths are the paths of an object that must survive parsing: what rules
// read, what they write, and what the engine itself looks at.
func keptPaths(cat *catalogue.Catalogue) [][]string {
	paths := [][]string{
		{"job", "metadata", "deletionTimestamp"},
		{"cronjob", "metadata", "deletionTimestamp"},
		{"job", "spec", "managedBy"},
		{"cronjob", "spec", "suspend"},
		{"job", "metadata", "labels", profileLabel},
		{"cronjob", "metadata", "labels", profileLabel},
		{"job", "metadata", "annotations", RecordAnnotation},
		{"cronjob", "metadata", "annotations", RecordAnnotation},
	}
	for _, rule := range cat.Rules {
		for _, read := range rule.Reads {
			if read[0] == "old" {
				if read = read[1:]; len(read) == 0 || read[0] == "*" || read[0] == catalogue.Presence {
					read = nil // any part of the stored object: everything is kept
				}
			}
			paths = append(paths, read)
		}
		for _, head := range rule.Heads {
			paths = append(paths, headPath(head))
		}
	}
	return paths
}

// headPath is the view path a head writes, with "*" for the container's name.
func headPath(h catalogue.Head) []string {
	path := append([]string{}, h.Path...)
	if h.Container {
		path = append(append(path, "*"), h.Rest...)
	}
	return path
}
