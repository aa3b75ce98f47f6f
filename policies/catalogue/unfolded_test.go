package catalogue_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies"
	"github.com/batchgate/batchgate/policies/catalogue"
	"github.com/batchgate/batchgate/policies/source"
)

func TestWhatIsKnownOfTheBundledRulesMakesTheSameProgram(t *testing.T) {
	t.Parallel()
	for _, preset := range source.Presets() {
		t.Run(preset, func(t *testing.T) {
			t.Parallel()
			set, err := source.Load(preset)
			if err != nil {
				t.Fatal(err)
			}
			program := func(facts []byte) map[string]string {
				rules, err := catalogue.Load(catalogue.Layer{Name: "bundled", FS: policies.FS, Facts: facts})
				if err != nil {
					t.Fatal(err)
				}
				made, err := rules.Compile(set.Policy.Variants())
				if err != nil {
					t.Fatal(err)
				}
				texts := map[string]string{}
				for _, rule := range rules.Rules {
					for name, module := range made.Compiler(rule.Name).Modules {
						texts[name] = module.String()
					}
				}
				return texts
			}
			if diff := cmp.Diff(program(nil), program(policies.Facts)); diff != "" {
				t.Errorf("-checked +known:\n%s", diff)
			}
		})
	}
}
