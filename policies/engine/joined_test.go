package engine_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// of is a manifest with the label of a profile.
func of(profile, manifest string) string {
	return strings.Replace(manifest, "labels: {a: b}", "labels: {batchgate.dev/profile: "+profile+"}", 1)
}

func TestAProfileSaysTheTighterBoundOnce(t *testing.T) {
	t.Parallel()
	e := policy(t, "extends: recommended\n"+only(t, "backoff-limit", "required-labels")+`  backoff-limit: {mode: enforce, params: {max: 10}}
  required-labels: {mode: enforce, params: {required: [team]}}
profiles:
  tight: {rules: {backoff-limit: {params: {max: 3}}}}
  lax: {rules: {backoff-limit: {params: {max: 40}}}}
  labels: {rules: {required-labels: {params: {required: [pipeline]}}}}
`, nil)
	for profile, want := range map[string][]string{
		"tight": {
			"enforce spec.backoffLimit is 50, the most allowed is 3 (backoff-limit)",
			"enforce metadata.labels must have the label team (required-labels)",
			"enforce spec.template.metadata.labels must have the label team (required-labels)",
		},
		"lax": {
			"enforce spec.backoffLimit is 50, the most allowed is 10 (backoff-limit)",
			"enforce metadata.labels must have the label team (required-labels)",
			"enforce spec.template.metadata.labels must have the label team (required-labels)",
		},
		"labels": {
			"enforce spec.backoffLimit is 50, the most allowed is 10 (backoff-limit)",
			"enforce metadata.labels must have the label pipeline (required-labels)",
			"enforce metadata.labels must have the label team (required-labels)",
			"enforce spec.template.metadata.labels must have the label pipeline (required-labels)",
			"enforce spec.template.metadata.labels must have the label team (required-labels)",
		},
	} {
		if diff := cmp.Diff(want, lines(validate(t, e, create(t, "apply", of(profile, runaway))))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", profile, diff)
		}
	}
}

// TestTheRatchetKnowsWhatAProfileStoodFor takes away the label of a profile whose
// bound was shown instead of the one that holds for all.
func TestWhatIsMissingIsToldOnce(t *testing.T) {
	t.Parallel()
	e := policy(t, "extends: recommended\n"+only(t, "active-deadline")+"profiles: {strict-one: {rules: {active-deadline: {mode: enforce, params: {advised: 60}}}}}\n", nil)
	manifest := strings.Replace(of("strict-one", runaway), "  activeDeadlineSeconds: 600\n", "", 1)
	want := []string{"enforce spec.activeDeadlineSeconds is not set, nothing ends a Job that hangs; set what it may take, such as 60 (active-deadline)"}
	if diff := cmp.Diff(want, lines(validate(t, e, create(t, "apply", manifest)))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTheRatchetKnowsWhatAProfileStoodFor(t *testing.T) {
	t.Parallel()
	e := load(t, "")
	if v := validate(t, e, update(t, of("smoke-test", runaway), runaway)); v.Refused() {
		t.Errorf("%v", lines(v))
	}
	if v := validate(t, e, update(t, runaway, of("smoke-test", runaway))); !v.Refused() {
		t.Error("what the profile adds is not judged")
	}
}

func TestTheRatchetComparesTheValueThatAFindingIsAbout(t *testing.T) {
	t.Parallel()
	e := policy(t, "extends: audit\n"+only(t)+"  own: {mode: enforce}\n", map[string]string{
		"own": rule("own", `deny contains {"field": ["job", "spec", "backoffLimit"], "msg": "is too much", "value": n} if {
	n := input.job.spec.backoffLimit
	n > 10
}`),
	})
	if v := validate(t, e, update(t, runaway, strings.Replace(runaway, ": 50", ": 60", 1))); !v.Refused() {
		t.Error("a worse value passes under the same words")
	}
	if v := validate(t, e, update(t, runaway, strings.Replace(runaway, "a: b", "a: c", 1))); v.Refused() {
		t.Errorf("an unchanged value is refused: %v", lines(v))
	}
}

func TestARuleThatReadsTheUserIsNotJudgedWithoutOne(t *testing.T) {
	t.Parallel()
	e := policy(t, "extends: audit\n"+only(t)+"  own: {mode: enforce}\n", map[string]string{
		"own": rule("own", `deny contains {"field": ["job", "metadata"], "msg": "is not root's"} if not input.user.name == "root"`),
	})
	req := create(t, "apply", silentJob)
	if v := validate(t, e, req); !v.Refused() || len(v.NotJudged) > 0 {
		t.Errorf("%v, not judged %v", lines(v), v.NotJudged)
	}
	req.User.Name = ""
	if v := validate(t, e, req); v.Refused() || len(v.NotJudged) != 1 || v.NotJudged[0].Needs != "the user who sends it" {
		t.Errorf("not judged %v", v.NotJudged)
	}
}
