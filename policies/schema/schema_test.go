package schema_test

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/util"

	"github.com/batchgate/batchgate/policies/schema"
	"github.com/batchgate/batchgate/policies/schema/internal/shape"
)

func TestInputIsUpToDate(t *testing.T) {
	t.Parallel()
	want, err := shape.JSON()
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("input.json")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(string(got), "\n")); diff != "" {
		t.Errorf("input.json is stale, run: make docs\n%s", diff)
	}
}

// compile checks a rule's body against the schema, as the rule loader does.
func compile(t testing.TB, body string) error {
	t.Helper()
	module, err := ast.ParseModuleWithOpts("rule.rego", `
# METADATA
# schemas:
#   - input: schema.input
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties: {max: {type: integer}}
package batchgate.rules["rule"]

deny contains x if {
`+body+`
}
`, ast.ParserOptions{ProcessAnnotation: true})
	if err != nil {
		t.Fatal(err)
	}
	var raw any
	if err := util.Unmarshal(schema.Input(), &raw); err != nil {
		t.Fatal(err)
	}
	set := ast.NewSchemaSet()
	set.Put(ast.MustParseRef("schema.input"), raw)
	compiler := ast.NewCompiler().WithStrict(true).WithSchemas(set).WithUseTypeCheckAnnotations(true)
	compiler.Compile(map[string]*ast.Module{"rule.rego": module})
	if compiler.Failed() {
		return compiler.Errors
	}
	return nil
}

func TestRegoIsCheckedAgainstTheSchema(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body string
		bad  string // what the compiler says; "" when the body is right
	}{
		"a field of the Job":                    {"x := input.job.spec.backoffLimit", ""},
		"a misspelled field of the Job":         {"x := input.job.spec.backofLimit", "undefined ref: input.job.spec.backofLimit"},
		"a limit of any container":              {"x := input.containers[_].resources.limits.cpu", ""},
		"a misspelled field of a container":     {"x := input.containers[_].resorces.limits.cpu", "undefined ref: input.containers[_].resorces"},
		"a misspelling inside of a reference":   {"x := input.containers[_].resources.limit.cpu", "undefined ref: input.containers[_].resources.limit"},
		"what the input adds to a container":    {"input.containers[i].role == \"main\"\nx := input.containers[i].quantities.limits.memory", ""},
		"a field that nothing adds":             {"x := input.containers[_].rol", "undefined ref: input.containers[_].rol"},
		"a container deep in the template":      {"x := input.job.spec.template.spec.initContainers[_].image", ""},
		"a misspelling deep in the template":    {"x := input.cronjob.spec.jobTemplate.spec.template.spec.contaners", "undefined ref"},
		"a label":                               {`x := input.job.metadata.labels["app.kubernetes.io/name"]`, ""},
		"the stored object":                     {"x := input.old.cronjob.spec.schedule", ""},
		"a misspelling in the stored object":    {"x := input.old.cronjob.spec.shedule", "undefined ref"},
		"the fields that tell of an owner":      {"x := input.owner.reconciler", ""},
		"a misspelling of what tells of owners": {"x := input.owner.reconcilor", "undefined ref"},
		"the limits of a namespace":             {`x := input.namespace.limitRanges[_].max.cpu`, ""},
		"what a namespace may use":              {`x := input.namespace.resourceQuotas[_].hard["requests.cpu"]`, ""},
		"a misspelling of what it may use":      {`x := input.namespace.resourceQuotas[_].har.pods`, "undefined ref: input.namespace.resourceQuotas[_].har"},
		"evidence by path":                      {`x := input.intent["job.spec.backoffLimit"]`, ""},
		"a declared parameter":                  {"x := input.params.max", ""},
		"a parameter that is not declared":      {"x := input.params.maximum", "undefined ref: input.params.maximum"},
		"a number compared with a number":       {"x := input.job.spec.backoffLimit\nx > input.params.max", ""},
		"a string where a number is needed":     {"x := input.cronjob.spec.schedule\nabs(x) > 1", "invalid argument"},
		"a port is a number or a name":          {"x := input.containers[_].livenessProbe.httpGet.port\nabs(x) > 1", ""},
		"managedFields are never given":         {"x := input.job.metadata.managedFields", "undefined ref"},
		"the status is never given":             {"x := input.job.status", "undefined ref"},
		"any key of the input that is none":     {"x := input.request.object", "undefined ref: input.request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := compile(t, test.body)
			switch {
			case err == nil && test.bad != "":
				t.Errorf("compiles; expected: %s", test.bad)
			case err != nil && (test.bad == "" || !strings.Contains(err.Error(), test.bad)):
				t.Errorf("%v; expected: %s", err, test.bad)
			}
		})
	}
}

func BenchmarkCompile(b *testing.B) {
	for b.Loop() {
		if err := compile(b, "x := input.job.spec.backoffLimit"); err != nil {
			b.Fatal(err)
		}
	}
}
