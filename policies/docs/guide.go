package docs

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"text/template"

	"sigs.k8s.io/yaml"

	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/source"
)

//go:embed guide.yaml
var guideData []byte

//go:embed guide.md.tmpl
var guideText string

// lesson is something that the guide teaches, and what becomes of it here.
type lesson struct {
	Name    string   `json:"name"`
	Problem string   `json:"problem"`
	Profile string   `json:"profile"`
	Says    string   `json:"says"`  // the guide
	Does    string   `json:"does"`  // batchgate
	Truth   string   `json:"truth"` // where the guide is wrong
	Rules   []string `json:"rules"`
	Cases   []string `json:"cases"`
}

type guide struct {
	Practices   []lesson `json:"practices"`
	Troubles    []lesson `json:"troubles"`
	Types       []lesson `json:"types"`
	Uses        []lesson `json:"uses"`
	Corrections []lesson `json:"corrections"`
	Beyond      []struct {
		Rule  string   `json:"rule"`
		Why   string   `json:"why"`
		Cases []string `json:"cases"`
	} `json:"beyond"`
}

func readGuide() (*guide, error) {
	var g guide
	if err := yaml.UnmarshalStrict(guideData, &g); err != nil {
		return nil, fmt.Errorf("guide.yaml: %w", err)
	}
	return &g, nil
}

// rules are all that the guide's page names.
func (g *guide) rules() []string {
	var names []string
	for _, part := range [][]lesson{g.Practices, g.Troubles, g.Types, g.Uses, g.Corrections} {
		for _, l := range part {
			names = append(names, l.Rules...)
		}
	}
	for _, b := range g.Beyond {
		names = append(names, b.Rule)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// asked is what a profile makes of a rule.
type asked struct {
	Rule, Mode string
	Params     []string // name: value
}

// profileOf is what a profile of the policy asks, by rule.
func profileOf(p *config.Policy, name string) ([]asked, error) {
	rules, ok := p.Profiles[name]
	if !ok {
		return nil, fmt.Errorf("guide.yaml: no profile %q; expected one of %v", name, p.ProfileNames())
	}
	var all []asked
	for _, rule := range slices.Sorted(maps.Keys(rules.Rules)) {
		settings := rules.Rules[rule]
		a := asked{Rule: rule}
		if settings.Mode != nil {
			a.Mode = string(*settings.Mode)
		}
		for _, param := range slices.Sorted(maps.Keys(settings.Params)) {
			value, err := Flow(settings.Params[param])
			if err != nil {
				return nil, err
			}
			a.Params = append(a.Params, param+": "+value)
		}
		all = append(all, a)
	}
	return all, nil
}

// Guide is the page that leads from what a guide to Kubernetes Jobs teaches to
// the rules.
func Guide(presets []*source.Set) ([]byte, error) {
	g, err := readGuide()
	if err != nil {
		return nil, err
	}
	profile := func(name string) ([]asked, error) {
		for _, set := range presets {
			if set.Source == source.DefaultPreset {
				return profileOf(set.Policy, name)
			}
		}
		return nil, fmt.Errorf("no preset %s", source.DefaultPreset)
	}
	t, err := template.New("guide").Funcs(template.FuncMap{"cell": cell, "code": code, "profile": profile}).Parse(guideText)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := t.Execute(&out, g); err != nil {
		return nil, err
	}
	return append(bytes.TrimRight(out.Bytes(), "\n"), '\n'), nil
}
