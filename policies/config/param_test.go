package config_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/config"
)

func TestEveryKindOfConstraintIsToldInPlainWords(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ schema, value, want string }{
		"one value":                  {`{"const": 3}`, "4", `param "x" of rule r is 4; expected 3`},
		"more than":                  {`{"exclusiveMinimum": 0.5}`, "0.5", `param "x" of rule r is 0.5; expected more than 0.5`},
		"less than":                  {`{"exclusiveMaximum": 2}`, "2", `param "x" of rule r is 2; expected less than 2`},
		"a multiple":                 {`{"multipleOf": 5}`, "7", `param "x" of rule r is 7; expected a multiple of 5`},
		"characters at least":        {`{"minLength": 3}`, "ab", `param "x" of rule r is "ab"; expected at least 3 characters`},
		"characters at most":         {`{"maxLength": 1}`, "ab", `param "x" of rule r is "ab"; expected at most 1 characters`},
		"a pattern":                  {`{"pattern": "^[0-9]+m$"}`, "1h", `param "x" of rule r is "1h"; expected text that matches ^[0-9]+m$`},
		"a pattern of quantities":    {`{"pattern": "^(0\\.[0-9]*[1-9][0-9]*|[1-9][0-9]{0,14}(\\.[0-9]+)?)([mkMGT]|[KMGT]i)?$"}`, "lots", `param "x" of rule r is "lots"; expected a quantity such as 500m or 128Mi`},
		"items at most":              {`{"maxItems": 1}`, "[a, b]", `param "x" of rule r has 2 items; expected at most 1`},
		"items only once":            {`{"uniqueItems": true}`, "[a, a]", `param "x" of rule r has an item twice; expected each once`},
		"keys that are needed":       {`{"required": ["a"]}`, "{b: 1}", `param "x" of rule r lacks a; all of them are needed`},
		"two types":                  {`{"type": ["integer", "null"]}`, "a", `param "x" of rule r is "a"; expected nothing or a whole number`},
		"a mapping for a list":       {`{"type": "array"}`, "{}", `param "x" of rule r is a mapping; expected a list`},
		"a list for a mapping":       {`{"type": "object"}`, "[]", `param "x" of rule r is a list; expected keys and values`},
		"text for a number":          {`{"type": "number"}`, "2027-01-01", `param "x" of rule r is 2027-01-01; expected a number`},
		"a kind without own words":   {`{"minProperties": 2}`, "{a: 1}", `param "x" of rule r is a mapping; expected what the rule's page says`},
		"a key deep inside":          {`{"items": {"properties": {"ab": {"additionalProperties": false, "properties": {"memory": {}}}}}}`, "[{ab: {memroy: 1}}]", `param "x.0.ab" of rule r has the unknown key "memroy"; expected memory; did you mean "memory"?`},
		"a schema that is no JSON":   {`{`, "1", `the JSON Schema of param "x" of rule r cannot be read: unexpected EOF; this is a fault of the rule`},
		"a schema that leads abroad": {`{"$ref": "https://example.com/x.json"}`, "1", `the JSON Schema of param "x" of rule r cannot be read: failing loading "https://example.com/x.json": it refers to https://example.com/x.json; this is a fault of the rule`},
		"a number in an odd key":     {`{"additionalProperties": false}`, `{"100%s": 1}`, `param "x" of rule r has the unknown key "100%s"; expected none`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := mustParse(t, "p", head+"rules:\n  r:\n    params:\n      x: "+test.value+"\n")
			spec := config.RuleSpec{Name: "r", Params: []config.Param{{Name: "x", Schema: []byte(test.schema)}}}
			_, err := config.Resolve(file, nil, []config.RuleSpec{spec})
			if err == nil {
				t.Fatal("no error")
			}
			var column int
			got := err.Error()
			if _, err := fmt.Sscanf(got, "p:7:%d: ", &column); err != nil {
				t.Fatalf("no place: %s", got)
			}
			if diff := cmp.Diff(fmt.Sprintf("p:7:%d: %s", column, test.want), got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDefaultsOfRulesAreSpeltAsTheFilesValuesAre(t *testing.T) {
	t.Parallel()
	spec := config.RuleSpec{Name: "r", Params: []config.Param{
		{Name: "whole", Default: json.Number("1e3"), Schema: []byte(`{}`)},
		{Name: "broken", Default: json.Number("0.50"), Schema: []byte(`{}`)},
		{Name: "large", Default: json.Number("1e400"), Schema: []byte(`{}`)},
		{Name: "float", Default: 2.0, Schema: []byte(`{}`)},
		{Name: "nested", Default: map[string]any{"a": []any{json.Number("1.0"), "x", nil, true}}, Schema: []byte(`{}`)},
	}}
	resolve := func(text string) *config.Policy {
		policy, err := config.Resolve(mustParse(t, "p", head+text), nil, []config.RuleSpec{spec})
		if err != nil {
			t.Fatal(err)
		}
		return policy
	}
	silent := resolve("")
	want := map[string]any{
		"whole": json.Number("1000"), "broken": json.Number("0.5"), "large": json.Number("1e400"), "float": json.Number("2"),
		"nested": map[string]any{"a": []any{json.Number("1"), "x", nil, true}},
	}
	if diff := cmp.Diff(want, silent.Bindings(config.Selection{})[0].Params); diff != "" {
		t.Error(diff)
	}
	// Saying what is the default anyway is the same policy, and one variant.
	said := resolve("namespaces: [{match: {names: [a]}, rules: {r: {params: {whole: 1_000, broken: 5e-1, float: 2}}}}]")
	if n := len(said.Variants()["r"]); n != 1 {
		t.Errorf("%d variants", n)
	}
}

func TestRulesThatNothingNamesFollowDefault(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file, preset string
		mode         config.Mode
		fill         bool
	}{
		"without default they are enforced":         {head, "", config.Enforce, true},
		"the preset says":                           {head, head + "default: {mode: audit, fill: false}", config.Audit, false},
		"the file has the last word, key by key":    {head + "default: {mode: warn}", head + "default: {mode: audit, fill: false}", config.Warn, false},
		"settings without a mode leave the default": {head + "rules: {at-most-once: {fill: true}}", head + "default: {mode: audit, fill: false}", config.Audit, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := mustResolve(t, test.file, test.preset).Bindings(config.Selection{})[0]
			if b.Rule != "at-most-once" || b.Mode != test.mode || b.Fill != test.fill {
				t.Errorf("got %+v", b)
			}
		})
	}
}
