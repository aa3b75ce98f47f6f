package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/engine"
)

// annotationRule tells the whole value of an annotation.
var annotationRule = rule("note", `deny contains {"field": ["job", "metadata", "annotations", "note"], "msg": msg} if {
	text := input.job.metadata.annotations.note
	msg := $"is {text}"
}`)

func TestTheRatchetSeesMoreThanAMessageShows(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 500)
	job := func(note, lists string) string {
		return "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, annotations: {note: " + note + "}}\nspec: {template: {spec: {restartPolicy: Never, " + lists + "}}}\n"
	}
	const wait, work = "{name: wait, image: 'wait:1'}", "{name: work, image: 'work:1', resources: {limits: {cpu: 1, memory: 1Gi}}}"
	for name, test := range map[string]struct {
		before, after string
		refused       bool
	}{
		"nothing changes":                     {job("a", "containers: ["+wait+"]"), job("a", "containers: ["+wait+"]"), false},
		"a value changes past the shown part": {job(long+"a", "containers: ["+work+"]"), job(long+"b", "containers: ["+work+"]"), true},
		"an init container becomes a worker": {
			job("a", "containers: ["+work+"], initContainers: ["+wait+"]"), job("a", "containers: ["+wait+"]"), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := policy(t, "extends: strict\nrules: {active-deadline: {mode: \"off\"}}\n", map[string]string{"note": annotationRule})
			if v := validate(t, e, update(t, test.before, test.after)); v.Refused() != test.refused {
				t.Errorf("refused %t with %v", v.Refused(), lines(v))
			}
		})
	}
}

func TestARecordNeverMakesAnObjectInvalid(t *testing.T) {
	t.Parallel()
	e := load(t, "")
	for size, recorded := range map[int]bool{1000: true, 261_950: false} {
		manifest := "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, annotations: {note: " + strings.Repeat("x", size) +
			"}}\nspec: {template: {spec: {containers: [{name: a, image: 'a:1'}]}}}\n"
		m := mutate(t, e, create(t, "create", manifest))
		if got := strings.Contains(string(m.Object), engine.RecordAnnotation); got != recorded {
			t.Errorf("beside an annotation of %d bytes: recorded %t, want %t", size, got, recorded)
		}
		if len(m.Changes) == 0 || m.Audit["filled"] == "" {
			t.Errorf("beside an annotation of %d bytes: nothing is filled in, or not audited", size)
		}
	}
}

func TestThousandsOfFindingsAreAuditedAtOnce(t *testing.T) {
	t.Parallel()
	var containers strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&containers, "{name: c%d, image: a},", i)
	}
	req := create(t, "apply", "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a}\nspec: {template: {spec: {restartPolicy: Never, containers: ["+containers.String()+"]}}}\n")
	v := validate(t, policy(t, "extends: strict\n"+only(t, "image-pinned", "resource-limits"), nil), req)
	audit := v.Audit()["enforced"]
	if len(v.Findings) < 9000 || len(audit) > 4096 || !strings.Contains(audit, `"more":`) || !strings.Contains(audit, "image-pinned") {
		t.Errorf("%d findings, audited as %d bytes: %.200s", len(v.Findings), len(audit), audit)
	}
}

func TestTheStoredObjectIsReadHoweverARuleAsks(t *testing.T) {
	t.Parallel()
	for name, condition := range map[string]string{
		"by its path":    `input.old.job.spec.suspend == true`,
		"by object.get":  `object.get(input.old, ["job", "spec", "suspend"], false) == true`,
		"by a variable":  "some view in [\"job\"]\n\tinput.old[view].spec.suspend == true",
		"by a new name":  "before := input.old\n\tbefore.job.spec.suspend == true",
		"by all of them": `some _, view in input.old` + "\n\tview.spec.suspend == true",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := policy(t, "extends: audit\n", map[string]string{"was": rule("was", `deny contains {"field": ["job", "spec"], "msg": "was suspended"} if {
	`+condition+`
}`)})
			suspended := strings.Replace(silentJob, "spec:\n", "spec:\n  suspend: true\n", 1)
			if text := strings.Join(lines(validate(t, e, update(t, suspended, silentJob))), "\n"); !strings.Contains(text, "was suspended") {
				t.Errorf("the rule is silent: %s", text)
			}
		})
	}
}

func TestAKeyThatIsWorkedOutFillsNoMoreThanALiteral(t *testing.T) {
	t.Parallel()
	e := policy(t, "extends: audit\nrules: {inject: {fill: true}}\n", map[string]string{
		"inject": rule("inject", `defaults.pod.spec := {key: [{"name": "x", "image": "x:1"}] | some key in ["initContainers"]} if input.job.metadata`),
	})
	m := mutate(t, e, create(t, "apply", silentJob))
	if len(m.Patch) > 0 || len(m.Problems) != 1 || !strings.Contains(m.Problems[0].Message, "is a list of containers") {
		t.Errorf("patch %v, problems %v", m.Patch, m.Problems)
	}
}

func TestNewRefusesParametersThatNoReviewCouldUse(t *testing.T) {
	t.Parallel()
	set := ownSet(t, map[string]string{"size": strings.Replace(rule("size", `deny contains {"field": ["job", "spec"], "msg": "x"} if input.job.spec.parallelism > _size

_size := batchgate.quantity("memory", input.params.size)`), "# custom:", `# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         size: {type: string, default: 128MB, description: "An amount."}
# custom:`, 1)})
	_, err := engine.New(set.Catalogue, set.Policy)
	if err == nil || !strings.Contains(err.Error(), "rule size with the parameters of this policy: ") || !strings.Contains(err.Error(), `"128MB"`) {
		t.Errorf("got %v", err)
	}
}

func TestOneRuleThatErrsInAFillIsNamedAndAloneFillsNothing(t *testing.T) {
	t.Parallel()
	e := policy(t, "extends: recommended\n", map[string]string{
		"pause": rule("pause", `defaults.job.spec.suspend := "three"`),
		"label": rule("label", `defaults.job.metadata.labels["1"] := "x"`),
	})
	for range 2 { // what was proven once is looked up the second time
		m := mutate(t, e, create(t, "apply", silentJob))
		want := []engine.Problem{{Rules: []string{"pause"}, Field: "spec.suspend", Message: m.Problems[0].Message}}
		if diff := cmp.Diff(want, m.Problems); diff != "" || !strings.Contains(m.Problems[0].Message, "the value to fill in is not valid") {
			t.Errorf("problems %v (-want +got):\n%s", m.Problems, diff)
		}
		got := filled(m)
		if got["spec.backoffLimit"] != "4" || got["metadata.labels[1]"] != `"x"` && got["metadata.labels.1"] != `"x"` {
			t.Errorf("filled in %v", got)
		}
		if _, ok := got["spec.suspend"]; ok {
			t.Error("the value that cannot be read is filled in")
		}
	}
}
