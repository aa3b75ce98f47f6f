package config_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/config"
)

// FuzzParse holds that no file makes the reader panic or hang, that what is
// refused has a place in the file, and that a policy that is accepted answers.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		designPolicy, designPreset, head, head + manyVariants(4),
		head + "rules: &r {a: *r}", head + "rules: {<<: {a: {}}}", head + "---\n" + head,
		head + "rules: {ttl-after-finished: {params: {seconds: 0x1F, max: 1e3}}}",
		head + "rules: {resource-limits: {params: {limits: {cpu: \"1\"}, require: [limits.cpu]}}}",
		head + "exceptions: [{rules: [\"*\"], match: {names: [\"*\"]}, reason: r, owner: o, expires: 9999-12-31}]",
		"", "- a", "\xef\xbb\xbf" + head, "%YAML 1.1\n---\n" + head, "? [a]\n: b",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := config.Parse("policy.yaml", data)
		if err != nil {
			located(t, err)
			return
		}
		policy, err := config.Resolve(file, nil, someRules())
		if err != nil {
			located(t, err)
			return
		}
		again, err := config.Resolve(file, nil, someRules())
		if err != nil || again.Digest() != policy.Digest() {
			t.Fatalf("the second reading differs: %v", err)
		}
		variants := policy.Variants()
		for _, profile := range append(policy.ProfileNames(), "") {
			for _, s := range []config.Selection{policy.Select("team-a", map[string]string{"tier": "production"}, profile), {Namespaces: 1<<64 - 1, Profile: profile}} {
				for _, binding := range policy.Bindings(s) {
					if !known(variants[binding.Rule], binding.Params) {
						t.Fatalf("%s has params %v, which are no variant", binding.Rule, binding.Params)
					}
				}
			}
		}
		policy.Except("resource-limits", "legacy-a", []string{"import-x"}, time.Time{})
		policy.Trusts("jobset.x-k8s.io", "JobSet", "system:serviceaccount:jobset-system:m")
	})
}

func known(variants []map[string]any, params map[string]any) bool {
	for _, v := range variants {
		if cmp.Equal(v, params) {
			return true
		}
	}
	return false
}

func located(t *testing.T, err error) {
	t.Helper()
	var all *config.Errors
	if !errors.As(err, &all) || len(all.Problems) == 0 {
		t.Fatalf("error is %#v", err)
	}
	for _, p := range all.Problems {
		if p.File != "policy.yaml" || p.Line < 1 || p.Column < 1 || p.What == "" {
			t.Fatalf("problem is %#v", p)
		}
	}
}
