package config_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/batchgate/batchgate/policies/config"
)

const head = "apiVersion: batchgate.dev/v1alpha1\nkind: BatchPolicy\nmetadata: {name: platform}\n"

// someRules are rules with a parameter of every type.
func someRules() []config.RuleSpec {
	param := func(name string, standard any, schema string) config.Param {
		return config.Param{Name: name, Default: standard, Schema: []byte(schema)}
	}
	return []config.RuleSpec{
		{Name: "ttl-after-finished", Params: []config.Param{
			param("max", json.Number("604800"), `{"type": "integer", "minimum": 0}`),
			param("seconds", json.Number("86400"), `{"type": "integer", "minimum": 0, "maximum": 2147483647}`),
		}},
		{Name: "resource-limits", Params: []config.Param{
			param("limits", map[string]any{"memory": "1Gi"},
				`{"type": "object", "additionalProperties": false, "properties": {"cpu": {"type": "string"}, "memory": {"type": "string"}}}`),
			param("require", []any{"limits.memory"}, `{"type": "array", "minItems": 1, "items": {"enum": ["limits.cpu", "limits.memory"]}}`),
		}},
		{Name: "image-pinned", Params: []config.Param{param("requireDigest", false, `{"type": "boolean"}`)}},
		{Name: "at-most-once"},
	}
}

func mustParse(t testing.TB, name, text string) *config.File {
	t.Helper()
	file, err := config.Parse(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func mustResolve(t testing.TB, file, preset string) *config.Policy {
	t.Helper()
	var below *config.File
	if preset != "" {
		below = mustParse(t, "preset.yaml", preset)
	}
	policy, err := config.Resolve(mustParse(t, "policy.yaml", file), below, someRules())
	if err != nil {
		t.Fatal(err)
	}
	return policy
}

// golden compares with a file of testdata, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile("testdata/"+name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("testdata/%s differs; -update writes it. Now:\n%s", name, got)
	}
}
