package docs

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"

	"github.com/batchgate/batchgate/policies"
	"github.com/batchgate/batchgate/policies/catalogue"
	"github.com/batchgate/batchgate/policies/regotest"
	"github.com/batchgate/batchgate/policies/source"
)

// Bundled are the pages of the bundled rules, their index and the page of the
// guide, by path below policies/.
func Bundled() (map[string][]byte, error) {
	bundled, err := catalogue.Load(catalogue.Layer{Name: "policies", FS: policies.FS})
	if err != nil {
		return nil, err
	}
	presets, err := loadPresets()
	if err != nil {
		return nil, err
	}
	program, params, err := compiled(bundled, presets)
	if err != nil {
		return nil, err
	}
	pages := map[string][]byte{}
	var rules []Rule
	for _, rule := range bundled.Rules {
		r := Rule{Rule: rule, Presets: presetsOf(presets, rule.Name), Silent: program.Silent(rule, params[rule.Name])}
		if r.Examples, err = examplesOf(policies.FS, rule.Name); err != nil {
			return nil, err
		}
		if pages[path.Join("rules", rule.Name, "README.md")], err = Page(r); err != nil {
			return nil, err
		}
		rules = append(rules, r)
	}
	if pages["GUIDE.md"], err = Guide(presets); err != nil {
		return nil, err
	}
	pages["README.md"], err = Index(rules)
	return pages, err
}

// Facts is policies/facts.json: what a check of the bundled rules finds out, and their
// values for the parameters that presets give them.
func Facts() ([]byte, error) {
	bundled, err := catalogue.Load(catalogue.Layer{Name: "policies", FS: policies.FS})
	if err != nil {
		return nil, err
	}
	presets, err := loadPresets()
	if err != nil {
		return nil, err
	}
	values, err := bundled.Fold(variantsOf(presets))
	if err != nil {
		return nil, err
	}
	facts, err := json.MarshalIndent(bundled.Facts(values), "", " ")
	return append(facts, '\n'), err
}

// variantsOf are all sets of parameters that a preset gives a rule, each once.
func variantsOf(presets []*source.Set) map[string][]map[string]any {
	all := map[string][]map[string]any{}
	for _, set := range presets {
		for rule, variants := range set.Policy.Variants() {
			for _, params := range variants {
				if !slices.ContainsFunc(all[rule], func(known map[string]any) bool { return reflect.DeepEqual(known, params) }) {
					all[rule] = append(all[rule], params)
				}
			}
		}
	}
	return all
}

// compiled are the rules with the parameters that they have by default.
func compiled(rules *catalogue.Catalogue, presets []*source.Set) (*catalogue.Program, map[string]map[string]any, error) {
	params, variants := map[string]map[string]any{}, map[string][]map[string]any{}
	for _, set := range presets {
		if set.Source != source.DefaultPreset {
			continue
		}
		for name, settings := range set.Policy.Rules {
			params[name], variants[name] = settings.Params, []map[string]any{settings.Params}
		}
	}
	program, err := rules.Compile(variants)
	return program, params, err
}

func examplesOf(files fs.FS, rule string) ([]*regotest.Example, error) {
	name := path.Join("rules", rule, "examples.txtar")
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	examples, problems := regotest.Examples(text)
	if len(problems) > 0 {
		return nil, fmt.Errorf("%s:%s", name, problems[0])
	}
	return examples, nil
}

func loadPresets() ([]*source.Set, error) {
	var sets []*source.Set
	for _, name := range source.Presets() {
		set, err := source.Load(name)
		if err != nil {
			return nil, err
		}
		sets = append(sets, set)
	}
	return sets, nil
}

func presetsOf(sets []*source.Set, rule string) []Preset {
	var found []Preset
	for _, set := range sets {
		settings := set.Policy.Rules[rule]
		p := Preset{Name: set.Source, Fill: true}
		if settings.Mode != nil {
			p.Mode = string(*settings.Mode)
		}
		if settings.Fill != nil {
			p.Fill = *settings.Fill
		}
		found = append(found, p)
	}
	return found
}
