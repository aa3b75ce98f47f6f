package engine_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/engine"
)

const silentJob = `
apiVersion: batch/v1
kind: Job
metadata: {name: report}
spec:
  template:
    spec:
      containers: [{name: main, image: "busybox:1.37"}]
`

const silentCronJob = `
apiVersion: batch/v1
kind: CronJob
metadata: {name: nightly}
spec:
  schedule: "0 3 * * *"
  jobTemplate:
    spec:
      template:
        spec:
          containers: [{name: main, image: "busybox:1.37"}]
`

// filled is what a mutation says it filled in, by field.
func filled(m engine.Mutation) map[string]string {
	got := map[string]string{}
	for _, c := range m.Changes {
		got[c.Field] = string(c.To)
	}
	return got
}

func silentFills(prefix string) map[string]string {
	fills := map[string]string{
		"backoffLimit":                "4",
		"template.spec.restartPolicy": `"Never"`,
		"template.spec.containers[0].resources.requests.cpu":    `"100m"`,
		"template.spec.containers[0].resources.requests.memory": `"128Mi"`,
		"template.spec.containers[0].resources.limits.cpu":      `"1"`,
		"template.spec.containers[0].resources.limits.memory":   `"1Gi"`,
	}
	prefixed := map[string]string{}
	for field, value := range fills {
		prefixed[prefix+field] = value
	}
	return prefixed
}

func TestMutateFillsWhatNobodyWrote(t *testing.T) {
	t.Parallel()
	e := load(t, "")
	jobFills := silentFills("spec.")
	jobFills["spec.ttlSecondsAfterFinished"] = "86400"
	without := func(fields ...string) map[string]string {
		fills := maps.Clone(jobFills)
		for _, field := range fields {
			delete(fills, field)
		}
		return fills
	}
	for name, test := range map[string]struct {
		client   apiserver.Client
		manifest string
		want     map[string]string
	}{
		"a Job that says nothing":                      {"apply", silentJob, jobFills},
		"a Job that says nothing, server-side applied": {"ssa", silentJob, jobFills},
		"a Job that says nothing, plainly created":     {"create", silentJob, jobFills},
		"an explicit backoffLimit of 6, applied": {
			"apply", strings.Replace(silentJob, "spec:\n", "spec:\n  backoffLimit: 6\n", 1), without("spec.backoffLimit"),
		},
		"an explicit backoffLimit of 6, server-side applied": {
			"ssa", strings.Replace(silentJob, "spec:\n", "spec:\n  backoffLimit: 6\n", 1), without("spec.backoffLimit"),
		},
		"a backoffLimit of 6 without evidence follows the policy": {
			"create", strings.Replace(silentJob, "spec:\n", "spec:\n  backoffLimit: 6\n", 1), jobFills,
		},
		"an explicit value stays": {
			"create", strings.Replace(silentJob, "spec:\n", "spec:\n  backoffLimit: 0\n  ttlSecondsAfterFinished: 60\n", 1),
			without("spec.backoffLimit", "spec.ttlSecondsAfterFinished"),
		},
		"an explicit null is no value": {
			"apply", strings.Replace(silentJob, "spec:\n", "spec:\n  backoffLimit: null\n", 1), jobFills,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := mutate(t, e, create(t, test.client, test.manifest))
			if diff := cmp.Diff(test.want, filled(m)); diff != "" {
				t.Errorf("filled (-want +got):\n%s", diff)
			}
			if len(m.Problems) > 0 || len(m.Warnings) > 0 {
				t.Errorf("problems %v, warnings %v; want none", m.Problems, m.Warnings)
			}
		})
	}
}

func TestMutateFillsTheTemplateOfACronJob(t *testing.T) {
	t.Parallel()
	m := mutate(t, load(t, ""), create(t, "apply", silentCronJob))
	got := filled(m)
	for field, value := range silentFills("spec.jobTemplate.spec.") {
		if got[field] != value {
			t.Errorf("%s is %q, want %q", field, got[field], value)
		}
	}
}

func TestMutateLeavesAloneWhatItMustNotTouch(t *testing.T) {
	t.Parallel()
	e := load(t, "")
	for name, test := range map[string]struct {
		req  func(t *testing.T) engine.Request
		want string
	}{
		"a Job that is updated": {func(t *testing.T) engine.Request {
			return update(t, silentJob, silentJob)
		}, "a Job is filled only when it is created"},
		"a CronJob whose labels change": {func(t *testing.T) engine.Request {
			return update(t, silentCronJob, strings.Replace(silentCronJob, "{name: nightly}", "{name: nightly, labels: {a: b}}", 1))
		}, "the update does not change the spec"},
		"a CronJob that is suspended": {func(t *testing.T) engine.Request {
			return update(t, silentCronJob, strings.Replace(silentCronJob, "spec:\n", "spec:\n  suspend: true\n", 1))
		}, "the update does not change the spec"},
		"an excluded namespace": {func(t *testing.T) engine.Request {
			req := create(t, "apply", silentJob)
			req.Namespace.Name = "kube-system"
			return req
		}, "namespace excluded"},
		"a Job of an operator that the policy trusts": {func(t *testing.T) engine.Request {
			req := create(t, "apply", strings.Replace(silentJob, "{name: report}", ofJobSet, 1))
			req.User.Name = "system:serviceaccount:jobset-system:jobset-controller-manager"
			return req
		}, "controlled by a JobSet"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := mutate(t, e, test.req(t))
			if m.Skipped != test.want || len(m.Patch) > 0 {
				t.Errorf("skipped %q with patch %v, want %q without", m.Skipped, m.Patch, test.want)
			}
		})
	}
}

const ofJobSet = "{name: report, ownerReferences: [{apiVersion: jobset.x-k8s.io/v1alpha2, kind: JobSet, name: a, uid: b, controller: true}]}"

// TestMutateFillsOnlyResourcesWhereSomebodyElseRunsTheJob: without them the Job
// would be refused, and nobody reads what an operator is told.
func TestMutateFillsOnlyResourcesWhereSomebodyElseRunsTheJob(t *testing.T) {
	t.Parallel()
	e := load(t, "")
	for name, manifest := range map[string]string{
		"an operator":            strings.Replace(silentJob, "{name: report}", ofJobSet, 1),
		"an external controller": strings.Replace(silentJob, "spec:\n", "spec:\n  managedBy: example.com/runner\n", 1),
	} {
		req := create(t, "apply", manifest)
		m := mutate(t, e, req)
		for _, c := range m.Changes {
			if !strings.Contains(c.Field, ".resources.") {
				t.Errorf("%s: fills %s", name, c.Field)
			}
		}
		req.Object = m.Object
		if v := validate(t, e, req); len(m.Changes) != 4 || v.Refused() {
			t.Errorf("%s: %d fields are filled in, refused %v", name, len(m.Changes), lines(v))
		}
	}
}

func TestMutateFillsACronJobAgainWhenItsSpecChanges(t *testing.T) {
	t.Parallel()
	m := mutate(t, load(t, ""), update(t, silentCronJob, strings.Replace(silentCronJob, "0 3", "0 4", 1)))
	if m.Skipped != "" || len(m.Changes) == 0 {
		t.Errorf("skipped %q, %d changes; want fills", m.Skipped, len(m.Changes))
	}
}

func TestMutateWritesThePatchAgainstTheRawObject(t *testing.T) {
	t.Parallel()
	req := create(t, "apply", silentJob)
	var raw map[string]any
	if err := json.Unmarshal(req.Object, &raw); err != nil {
		t.Fatal(err)
	}
	raw["spec"].(map[string]any)["fromTheFuture"] = map[string]any{"kept": "<&>"}
	req.Object, _ = json.Marshal(raw)
	m := mutate(t, load(t, ""), req)
	for _, op := range m.Patch {
		if strings.Contains(op.Path, "fromTheFuture") {
			t.Errorf("the patch touches an unknown field: %v", op)
		}
	}
	var got map[string]any
	if err := json.Unmarshal(m.Object, &got); err != nil {
		t.Fatal(err)
	}
	want := raw["spec"].(map[string]any)["fromTheFuture"]
	if diff := cmp.Diff(want, got["spec"].(map[string]any)["fromTheFuture"]); diff != "" {
		t.Errorf("unknown field (-want +got):\n%s", diff)
	}
}

func TestMutateRecordsWhatItFilled(t *testing.T) {
	t.Parallel()
	forged := strings.Replace(silentJob, "{name: report}", `{name: report, annotations: {batchgate.dev/filled: '{"spec.x":1}'}}`, 1)
	annotation := func(m engine.Mutation) string {
		var object struct {
			Metadata struct{ Annotations map[string]string }
		}
		if err := json.Unmarshal(m.Object, &object); err != nil {
			t.Fatal(err)
		}
		return object.Metadata.Annotations[engine.RecordAnnotation]
	}
	e := load(t, "")
	want := annotation(mutate(t, e, create(t, "apply", silentJob)))
	var entries map[string]any
	if err := json.Unmarshal([]byte(want), &entries); err != nil || len(entries) != 7 {
		t.Fatalf("the record is %q (%v), want 7 entries", want, err)
	}
	t.Run("in place of what an author sends", func(t *testing.T) {
		if got := annotation(mutate(t, e, create(t, "apply", forged))); got != want {
			t.Errorf("the record is %s, want %s", got, want)
		}
	})
	t.Run("and removes what an author sends where nothing is filled", func(t *testing.T) {
		nothing := policy(t, "extends: audit\n", nil)
		if got := annotation(mutate(t, nothing, create(t, "apply", forged))); got != "" {
			t.Errorf("the record is %s, want none", got)
		}
	})
	t.Run("and adds to its own record when it is asked again", func(t *testing.T) {
		again := create(t, "apply", silentJob)
		first := mutate(t, e, again)
		again.Object = first.Object
		if second := mutate(t, e, again); len(second.Patch) > 0 {
			t.Errorf("the second answer patches %v, want nothing", second.Patch)
		}
	})
}

const ruleHead = `# METADATA
# title: A test
# description: A rule of a test.
# related_resources:
#   - ref: https://example.com
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules[%q]

`

func rule(name, body string) string {
	return strings.Replace(ruleHead, "%q", `"`+name+`"`, 1) + body + "\n"
}

func TestMutateNamesRulesThatDisagree(t *testing.T) {
	t.Parallel()
	e := policy(t, "extends: recommended\n", map[string]string{
		"priority-a": rule("priority-a", `defaults.pod.spec.priorityClassName := "low" if input.job.metadata`),
		"priority-b": rule("priority-b", `defaults.job.spec.template.spec.priorityClassName := "high" if input.job.metadata`),
	})
	m := mutate(t, e, create(t, "apply", silentJob))
	if len(m.Problems) != 1 {
		t.Fatalf("problems %v, want one", m.Problems)
	}
	want := engine.Problem{
		Rules:   []string{"priority-a", "priority-b"},
		Field:   "spec.template.spec.priorityClassName",
		Message: `priority-a wants "low", priority-b wants "high"; nothing is filled in`,
	}
	if diff := cmp.Diff(want, m.Problems[0]); diff != "" {
		t.Errorf("problem (-want +got):\n%s", diff)
	}
	if _, ok := filled(m)["spec.template.spec.priorityClassName"]; ok {
		t.Error("the field is filled, want nothing")
	}
	if _, ok := filled(m)["spec.backoffLimit"]; !ok {
		t.Error("another rule's field is not filled")
	}
}

func TestMutateAnswersNoPatchThatTheAPIServerCannotRead(t *testing.T) {
	t.Parallel()
	e := policy(t, "extends: audit\nrules: {grace: {fill: true}}\n", map[string]string{
		"grace": rule("grace", "defaults.pod.spec.terminationGracePeriodSeconds := concat(\"\", [\"ten\"]) if input.job.metadata"),
	})
	req := create(t, "apply", silentJob)
	var raw map[string]any
	if err := json.Unmarshal(req.Object, &raw); err != nil {
		t.Fatal(err)
	}
	delete(raw["spec"].(map[string]any)["template"].(map[string]any)["spec"].(map[string]any), "terminationGracePeriodSeconds")
	req.Object, _ = json.Marshal(raw)
	m := mutate(t, e, req)
	if len(m.Patch) > 0 || len(m.Problems) != 1 || !strings.Contains(m.Problems[0].Message, "not valid") {
		t.Errorf("patch %v, problems %v; want a problem and no patch", m.Patch, m.Problems)
	}
}

func TestMutateWarnsOfARestartPolicyThatCannotStay(t *testing.T) {
	t.Parallel()
	always := strings.Replace(silentJob, "    spec:\n", "    spec:\n      restartPolicy: Always\n", 1)
	m := mutate(t, load(t, ""), create(t, "apply", always))
	want := []string{"spec.template.spec.restartPolicy is Always, a Job needs Never or OnFailure (restart-policy)"}
	if diff := cmp.Diff(want, m.Warnings); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}
