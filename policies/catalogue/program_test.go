package catalogue_test

import (
	"encoding/json"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"

	"github.com/batchgate/batchgate/policies/catalogue"
)

// ask evaluates deny of rule small with the given parameters.
func ask(t *testing.T, p *catalogue.Program, params map[string]any, input string) string {
	t.Helper()
	ref := p.Ref("small", params)
	if ref == nil {
		t.Fatalf("not compiled for %v", params)
	}
	body := ast.NewBody(ast.Equality.Expr(ast.NewTerm(ref.Append(ast.StringTerm("deny"))), ast.VarTerm("answer")))
	compiled, err := p.Compiler("small").QueryCompiler().Compile(body)
	if err != nil {
		t.Fatal(err)
	}
	answer := "undefined"
	err = topdown.NewQuery(compiled).
		WithCompiler(p.Compiler("small")).
		WithInput(ast.MustParseTerm(input)).
		WithBuiltins(p.Builtins()).
		WithStrictBuiltinErrors(true).
		Iter(t.Context(), func(r topdown.QueryResult) error {
			answer = r["answer"].String()
			return nil
		})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestParametersAreConstants(t *testing.T) {
	t.Parallel()
	const params = `# METADATA
# title: Jobs are small
# description: Large ones are hard to place.
# related_resources:
#   - ref: https://example.com/size
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         most: {type: integer, default: 3, description: "A number."}
#         names: {type: array, items: {type: string}, default: [], description: "A list."}
#         sizes: {type: object, additionalProperties: false, properties: {cpu: {type: string}, memory: {type: string}}, default: {}, description: "Amounts."}
#         on: {type: boolean, default: true, description: "A switch."}
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules.small

`
	n := func(text string) json.Number { return json.Number(text) }
	for name, test := range map[string]struct {
		rego   string
		params map[string]any
		input  string
		want   string
	}{
		"a number in a comparison": {
			`deny contains {"field": ["job", "spec"], "msg": $"{input.params.most}"} if input.job.spec.parallelism > input.params.most`,
			map[string]any{"most": n("3")}, `{"job": {"spec": {"parallelism": 4}}}`, `{{"field": ["job", "spec"], "msg": "3"}}`},
		"the input's own params never count": {
			`deny contains {"field": ["job", "spec"], "msg": $"{input.params.most}"} if input.job.spec.parallelism > input.params.most`,
			map[string]any{"most": n("5")}, `{"params": {"most": 1}, "job": {"spec": {"parallelism": 4}}}`, `set()`},
		"a list that is searched": {
			`deny contains {"field": ["job", "spec"], "msg": name} if some name in input.params.names`,
			map[string]any{"names": []any{"a", "b"}}, `{}`, `{{"field": ["job", "spec"], "msg": "a"}, {"field": ["job", "spec"], "msg": "b"}}`},
		"an empty list that is searched": {
			`deny contains {"field": ["job", "spec"], "msg": name} if some name in input.params.names`,
			map[string]any{"names": []any{}}, `{}`, `set()`},
		"membership": {
			"deny contains {\"field\": [\"job\", \"spec\"], \"msg\": \"x\"} if {\n\tname := input.job.metadata.name\n\tnot name in input.params.names\n}",
			map[string]any{"names": []any{"a"}}, `{"job": {"metadata": {"name": "b"}}}`, `{{"field": ["job", "spec"], "msg": "x"}}`},
		"a key of an object": {
			`deny contains {"field": ["job", "spec"], "msg": input.params.sizes.cpu} if input.job.spec`,
			map[string]any{"sizes": map[string]any{"cpu": "1"}}, `{"job": {"spec": {}}}`, `{{"field": ["job", "spec"], "msg": "1"}}`},
		"a key of an object that is not given": {
			`deny contains {"field": ["job", "spec"], "msg": input.params.sizes.memory} if input.job.spec`,
			map[string]any{"sizes": map[string]any{"cpu": "1"}}, `{"job": {"spec": {}}}`, `set()`},
		"a variable key of an object": {
			"deny contains {\"field\": [\"job\", \"spec\"], \"msg\": key} if {\n\tsome key in [\"cpu\", \"memory\"]\n\tnot input.params.sizes[key]\n}\n",
			map[string]any{"sizes": map[string]any{"cpu": "1"}}, `{}`, `{{"field": ["job", "spec"], "msg": "memory"}}`},
		"a rule of parameters only": {
			"deny contains {\"field\": [\"job\", \"spec\"], \"msg\": $\"{_most}\"} if input.job.spec.parallelism > _most\n\n_most := max([input.params.most, 2])\n",
			map[string]any{"most": n("1")}, `{"job": {"spec": {"parallelism": 4}}}`, `{{"field": ["job", "spec"], "msg": "2"}}`},
		"a rule of such a rule, with a key that varies": {
			"deny contains {\"field\": [\"job\", \"spec\"], \"msg\": text} if {\n\tsome key in [\"cpu\", \"disk\"]\n\ttext := _texts[key]\n}\n\n" +
				"_texts := {key: upper(size) | some key, size in _sizes}\n\n_sizes := input.params.sizes\n",
			map[string]any{"sizes": map[string]any{"cpu": "a"}}, `{}`, `{{"field": ["job", "spec"], "msg": "A"}}`},
		"a rule of parameters that is undefined": {
			"deny contains {\"field\": [\"job\", \"spec\"], \"msg\": \"x\"} if not _large\n\n_large if input.params.most > 5\n",
			map[string]any{"most": n("1")}, `{}`, `{{"field": ["job", "spec"], "msg": "x"}}`},
		"a rule of parameters that takes too long": {
			"deny contains {\"field\": [\"job\", \"spec\"], \"msg\": \"x\"} if {\n\tinput.job.spec.parallelism > 5\n\t_large\n}\n\n" +
				"_large if {\n\tsome i in numbers.range(1, 1000000)\n\tsome j in numbers.range(1, 1000000)\n\ti * j < input.params.most\n}\n",
			map[string]any{"most": n("0")}, `{"job": {"spec": {"parallelism": 1}}}`, `set()`},
		"a variable of a rule's name": {
			"deny contains {\"field\": [\"job\", \"spec\"], \"msg\": _size} if some _size in [\"b\"]\n\n" +
				"deny contains {\"field\": [\"job\"], \"msg\": _size} if input.job\n\n_size := input.params.sizes.cpu\n",
			map[string]any{"sizes": map[string]any{"cpu": "a"}}, `{"job": {}}`, `{{"field": ["job"], "msg": "a"}, {"field": ["job", "spec"], "msg": "b"}}`},
		"a rule of parameters beside every without a key": {
			"deny contains {\"field\": [\"job\", \"spec\"], \"msg\": $\"{_most}\"} if {\n\tevery n in [4, 5] {\n\t\tn > _most\n\t}\n}\n\n_most := input.params.most\n",
			map[string]any{"most": n("3")}, `{}`, `{{"field": ["job", "spec"], "msg": "3"}}`},
		"a rule of parameters and of the input": {
			"deny contains {\"field\": [\"job\", \"spec\"], \"msg\": $\"{_most}\"} if input.job.spec\n\n_most := max([input.params.most, _own])\n\n_own := input.job.spec.parallelism\n",
			map[string]any{"most": n("1")}, `{"job": {"spec": {"parallelism": 4}}}`, `{{"field": ["job", "spec"], "msg": "4"}}`},
		"a switch that is off": {
			`deny contains {"field": ["job", "spec"], "msg": "x"} if input.params.on`,
			map[string]any{"on": false}, `{}`, `set()`},
		"a switch that is on": {
			`deny contains {"field": ["job", "spec"], "msg": "x"} if input.params.on`,
			map[string]any{"on": true}, `{}`, `{{"field": ["job", "spec"], "msg": "x"}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := small(params + test.rego)
			if err != nil {
				t.Fatal(err)
			}
			all := c.Rule("small").Defaults()
			for name, value := range test.params {
				all[name] = value
			}
			p, err := c.Compile(map[string][]map[string]any{"small": {c.Rule("small").Defaults(), all}})
			if err != nil {
				t.Fatal(err)
			}
			if got := ask(t, p, all, test.input); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestTheDigestIsThatOfTheRules(t *testing.T) {
	t.Parallel()
	digest := func(files map[string]string) string {
		c, err := load(files)
		if err != nil {
			t.Fatal(err)
		}
		return c.Digest()
	}
	one := digest(map[string]string{"rules/small/small.rego": header + body})
	for name, test := range map[string]struct {
		files map[string]string
		same  bool
	}{
		"a test beside it":  {map[string]string{"rules/small/small.rego": header + body, "rules/small/small_test.rego": "package x"}, true},
		"a page beside it":  {map[string]string{"rules/small/small.rego": header + body, "rules/small/README.md": "# x"}, true},
		"another number":    {map[string]string{"rules/small/small.rego": header + body + "# a comment\n"}, false},
		"a library":         {map[string]string{"rules/small/small.rego": header + body, "lib/x.rego": "package batchgate.lib\n\nx := 1\n"}, false},
		"hidden beside it":  {map[string]string{"rules/small/small.rego": header + body, "rules/.hidden": "x"}, true},
		"a note among them": {map[string]string{"rules/small/small.rego": header + body, "rules/README.md": "x"}, true},
	} {
		if got := digest(test.files); (got == one) != test.same {
			t.Errorf("%s: the same is %t, want %t", name, got == one, test.same)
		}
	}
}
