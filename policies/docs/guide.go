package docs

import (
	"bytes"
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"text/template"

	"sigs.k8s.io/yaml"

	"github.com/batchgate/batchgate/policies/catalogue"
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
	Beyond      []extra  `json:"beyond"`
}

// extra is a rule for what the guide does not speak of.
type extra struct {
	Rule  string   `json:"rule"`
	Why   string   `json:"why"`
	Cases []string `json:"cases"`
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

// complete adds the rules that guide.yaml names nowhere: what they are for, they
// say themselves.
func (g *guide) complete(rules []*catalogue.Rule) {
	named := g.rules()
	for _, rule := range rules {
		if !slices.Contains(named, rule.Name) {
			g.Beyond = append(g.Beyond, extra{Rule: rule.Name, Why: rule.Title + "."})
		}
	}
}

// asked is what a profile makes of a rule.
type asked struct {
	Rule, Mode string
	Fills      string   // whether it fills anything in for such a Job
	Params     []string // name: value
}

// profileOf is what a profile of the policy asks, by rule.
func profileOf(set *source.Set, program *catalogue.Program, name string) ([]asked, error) {
	p := set.Policy
	rules, ok := p.Profiles[name]
	if !ok {
		return nil, fmt.Errorf("guide.yaml: no profile %q; expected one of %v", name, p.ProfileNames())
	}
	bound := map[string]config.Binding{}
	for _, b := range p.Bindings(p.Select("", nil, name)) {
		bound[b.Rule] = b
	}
	var all []asked
	for _, rule := range slices.Sorted(maps.Keys(rules.Rules)) {
		settings := rules.Rules[rule]
		b, r := bound[rule], set.Catalogue.Rule(rule)
		a := asked{Rule: rule, Fills: Rule{Rule: r, Silent: program.Silent(r, b.Params)}.FillsIn(b.Fill && b.Mode != config.Off)}
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
	at := slices.IndexFunc(presets, func(set *source.Set) bool { return set.Source == source.DefaultPreset })
	if at < 0 {
		return nil, fmt.Errorf("no preset %s", source.DefaultPreset)
	}
	set := presets[at]
	g.complete(set.Catalogue.Rules)
	program, err := set.Catalogue.Compile(set.Policy.Variants())
	if err != nil {
		return nil, err
	}
	profile := func(name string) ([]asked, error) { return profileOf(set, program, name) }
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
