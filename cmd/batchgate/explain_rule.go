package main

import (
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/batchgate/batchgate/policies"
	"github.com/batchgate/batchgate/policies/catalogue"
	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/docs"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/regotest"
	"github.com/batchgate/batchgate/policies/source"
)

// explaining is a policy of which rules are explained.
type explaining struct {
	set       *source.Set
	engine    *engine.Engine
	namespace string
	profile   string
	now       time.Time
}

// explained is a rule as a policy binds it.
type explained struct {
	docs.Rule
	config.Explanation

	Overrides []config.Override
	Excuses   []config.Excuse
	Excused   *config.Excuse      // from which the mode comes
	Plain     *config.Explanation // without the profile, where that is another one and holds too
	Idle      bool                // it is off everywhere, and has parameters
	today     time.Time
}

// rules are the rule of that name with its examples, or all without.
func (x explaining) rules(name string) ([]explained, error) {
	var list []explained
	for _, rule := range x.set.Catalogue.Rules {
		if name != "" && rule.Name != name {
			continue
		}
		e := explained{Rule: docs.Rule{Rule: rule}, today: x.now}
		x.bind(&e)
		var err error
		if e.Silent, err = x.engine.FillsNothing(rule, e.Explanation.Params); err != nil {
			return nil, err
		}
		if name != "" {
			if e.Examples, err = x.examples(rule); err != nil {
				return nil, err
			}
		}
		list = append(list, e)
	}
	return list, nil
}

// bind says how the policy binds a rule, and what comes on top.
func (x explaining) bind(e *explained) {
	p, name := x.set.Policy, e.Name
	e.Explanation, _ = p.Explain(name, p.Select(x.namespace, nil, x.profile))
	e.Overrides, e.Excuses = p.Overrides(name), p.Excuses(name)
	e.Idle = *p.Rules[name].Mode == config.Off && e.idle()
	if plain, _ := p.Explain(name, p.Select(x.namespace, nil, "")); x.profile != "" && plain.Mode != config.Off && !reflect.DeepEqual(plain.Binding, e.Binding) {
		e.Plain = &plain
		if plain.Mode.Stronger(e.Mode) { // a profile only adds
			e.Mode, e.ModeFrom, e.Uncapped, e.UncappedFrom = plain.Mode, plain.ModeFrom, plain.Uncapped, plain.UncappedFrom
		}
	}
	if excuse, ok := p.Excused(name, x.namespace, x.now); ok && e.Mode != config.Off {
		e.Excused = &excuse
		if e.Mode.Stronger(config.Audit) {
			e.Mode, e.ModeFrom = config.Audit, excuse.Origin
		}
		e.Fill, e.FillFrom = false, excuse.Origin
	}
}

// idle reports whether somebody gave parameters to a rule and no part of the
// policy gives it another mode.
func (e explained) idle() bool {
	given := false
	for _, from := range e.ParamsFrom {
		_, preset := ofPreset(from.File)
		given = given || from.File != nil && !preset
	}
	return given && !slices.ContainsFunc(e.Overrides, func(o config.Override) bool {
		return o.Mode != nil && *o.Mode != config.Off
	})
}

// examples are those of a rule. Whether they hold is for test to say.
func (x explaining) examples(rule *catalogue.Rule) ([]*regotest.Example, error) {
	var files fs.FS = policies.FS
	if !bundled(rule.Name) {
		_, own, closing, err := source.Layers(x.set.Dir)
		if err != nil {
			return nil, err
		}
		defer closing.Close()
		files = own.FS
	}
	text, err := fs.ReadFile(files, path.Join(rulesDir, rule.Name, "examples.txtar"))
	if err != nil {
		return nil, nil // a rule of one's own may have none
	}
	examples, _ := regotest.Examples(text)
	return examples, nil
}

// bundled tells whether a rule that is there comes with batchgate.
func bundled(rule string) bool {
	_, err := fs.Stat(policies.FS, path.Join(rulesDir, rule))
	return err == nil
}

// fills says in a word whether anything is filled in.
func (e explained) fills() string {
	return e.FillsIn(e.Fill && e.Mode != config.Off)
}

// modeOrigin is where the mode comes from, and what caps it.
func (e explained) modeOrigin() string {
	if e.Mode != e.Uncapped {
		return fmt.Sprintf("%s; %s: %s", e.from(e.ModeFrom), origin(e.UncappedFrom), e.Uncapped)
	}
	return origin(e.ModeFrom)
}

// from is an origin, of an exception with its last day.
func (e explained) from(o config.Origin) string {
	if e.Excused != nil && o == e.Excused.Origin {
		return origin(o) + " until " + e.Excused.Expires
	}
	return origin(o)
}

// origin says where something is written.
func origin(o config.Origin) string {
	section := o.Section
	switch section {
	case "":
		return "where nothing says otherwise"
	case "rule":
		return "the rule's default"
	case "rules":
		section = ""
	default:
		section = ", " + section
	}
	if name, ok := ofPreset(o.File); ok {
		return "preset " + name + section
	}
	return fmt.Sprintf("%s:%d%s", o.File.Path, o.Line, section)
}

// ofPreset tells a bundled file from one of somebody's own.
func ofPreset(f *config.File) (name string, ok bool) {
	if f == nil || !slices.Contains(source.Presets(), f.Name) {
		return "", false
	}
	return f.Name, f.Path == "presets/"+f.Name+".yaml"
}

// settings are what a part of a policy says of a rule, in one line.
func settings(s config.Settings) (string, error) {
	var said []string
	if s.Mode != nil {
		said = append(said, "mode "+string(*s.Mode))
	}
	if s.Fill != nil {
		said = append(said, fmt.Sprintf("fill %t", *s.Fill))
	}
	for _, name := range sortedKeys(s.Params) {
		value, err := docs.Flow(s.Params[name])
		if err != nil {
			return "", err
		}
		said = append(said, name+" "+value)
	}
	return strings.Join(said, ", "), nil
}

// where are the namespaces that an item of a policy matches, in one line.
func where(m config.NamespaceMatch) string {
	var parts []string
	if len(m.Names) > 0 {
		parts = append(parts, strings.Join(m.Names, ", "))
	}
	for _, key := range sortedKeys(m.Labels) {
		parts = append(parts, key+"="+m.Labels[key])
	}
	return strings.Join(parts, " with ")
}
