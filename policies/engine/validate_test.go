package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/engine"
)

// runaway is a Job that retries too often, complete otherwise.
const runaway = `
apiVersion: batch/v1
kind: Job
metadata: {name: runaway, labels: {a: b}}
spec:
  backoffLimit: 50
  activeDeadlineSeconds: 600
  ttlSecondsAfterFinished: 600
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: busybox:1.37
          resources: {requests: {cpu: 100m, memory: 1Gi}, limits: {cpu: "1", memory: 1Gi}}
`

func lines(v engine.Verdict) []string {
	var got []string
	for _, f := range v.Findings {
		got = append(got, fmt.Sprintf("%s %s (%s)", f.Effective(), f.Sentence(), f.Rule))
	}
	return got
}

func TestValidateRefusesWhatTheRulesRefuse(t *testing.T) {
	t.Parallel()
	e := load(t, "")
	v := validate(t, e, create(t, "apply", runaway))
	want := []string{"enforce spec.backoffLimit is 50, the most allowed is 10 (backoff-limit)"}
	if diff := cmp.Diff(want, lines(v)[:1]); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	denial := "Job default/runaway is refused:\n" +
		"  spec.backoffLimit is 50, the most allowed is 10 (backoff-limit)\n" +
		"policy " + e.Identity().String() + "; check before applying: batchgate check FILE"
	if diff := cmp.Diff(denial, v.Denial()); diff != "" {
		t.Errorf("denial (-want +got):\n%s", diff)
	}
}

func TestValidateIsARatchetOnUpdates(t *testing.T) {
	t.Parallel()
	e := load(t, "")
	for name, test := range map[string]struct {
		after   string
		refused bool
	}{
		"a changed label passes":          {strings.Replace(runaway, "{a: b}", "{a: c}", 1), false},
		"suspending passes":               {strings.Replace(runaway, "spec:\n", "spec:\n  suspend: true\n", 1), false},
		"a worse value is refused":        {strings.Replace(runaway, ": 50", ": 51", 1), true},
		"a better value is refused still": {strings.Replace(runaway, ": 50", ": 49", 1), true},
		"a second violation is refused":   {strings.Replace(runaway, "limits: {cpu: \"1\", memory: 1Gi}", "limits: {cpu: \"1\"}", 1), true},
		"mending it passes":               {strings.Replace(runaway, ": 50", ": 5", 1), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := validate(t, e, update(t, runaway, test.after))
			if v.Refused() != test.refused {
				t.Errorf("refused is %t, want %t: %s", v.Refused(), test.refused, lines(v))
			}
		})
	}
}

func TestValidateLowersAModeOnlyForWhoSendsTheRequest(t *testing.T) {
	t.Parallel()
	e := policy(t, "extends: recommended\n"+only(t, "backoff-limit"), nil)
	owned := func(owner string) string {
		return strings.Replace(runaway, "{name: runaway,", "{name: runaway, ownerReferences: [{"+owner+", name: x, uid: u-1, controller: true}],", 1)
	}
	const cronJob, jobSet = "apiVersion: batch/v1, kind: CronJob", "apiVersion: jobset.x-k8s.io/v1alpha2, kind: JobSet"
	for name, test := range map[string]struct {
		manifest, user string
		want           config.Mode
	}{
		"the CronJob controller is warned":               {owned(cronJob), "system:serviceaccount:kube-system:cronjob-controller", config.Warn},
		"anybody else with a CronJob's reference is not": {owned(cronJob), "alice", config.Enforce},
		"the CronJob controller without an owner is not": {runaway, "system:serviceaccount:kube-system:cronjob-controller", config.Enforce},
		"a trusted owner is watched":                     {owned(jobSet), "system:serviceaccount:jobset-system:jobset-controller-manager", config.Audit},
		"anybody else with its reference is not":         {owned(jobSet), "alice", config.Enforce},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req := create(t, "create", test.manifest)
			req.User.Name = test.user
			v := validate(t, e, req)
			if len(v.Findings) != 1 || v.Findings[0].Mode != test.want {
				t.Errorf("findings %v, want one in mode %s", lines(v), test.want)
			}
			run := engine.CronJob{}
			if test.want == config.Warn {
				run = engine.CronJob{Name: "x", UID: "u-1"}
			}
			if v.CronJob != run {
				t.Errorf("CronJob %v, want %v", v.CronJob, run)
			}
		})
	}
}

func TestValidateMarksWhatAnExceptionCovers(t *testing.T) {
	t.Parallel()
	e := policy(t, "extends: recommended\n"+only(t, "backoff-limit")+`exceptions:
  - rules: [backoff-limit]
    match: {namespaces: [default], names: ["run*"]}
    reason: under repair
    owner: team-data
    expires: 2026-11-01
`, nil)
	req := create(t, "apply", runaway)
	v := validate(t, e, req)
	if v.Refused() || len(v.Findings) != 1 || v.Findings[0].Excepted == nil {
		t.Errorf("findings %v, want one that is excepted", lines(v))
	}
	if want := "under repair"; !strings.Contains(v.Audit()["excepted"], want) {
		t.Errorf("audit %v, want the reason", v.Audit())
	}
	req.Now = now().AddDate(0, 0, 1)
	if v := validate(t, e, req); !v.Refused() {
		t.Error("the exception still holds on the day after")
	}
}

func TestAnExceptionDoesNotLookAtADrawnName(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		metadata string
		excepted bool
	}{
		"before it is drawn":                {"{generateName: run-}", true},
		"once it is drawn":                  {"{generateName: run-, name: run-x7k2q}", true},
		"a name that was not made of it":    {"{generateName: run-, name: other}", false},
		"a name that is as long as one":     {"{generateName: other-, name: run-x7k2q}", false},
		"a name that begins with the other": {"{generateName: run-, name: run-x7k2q1}", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := policy(t, "extends: recommended\n"+only(t, "backoff-limit")+`exceptions:
  - rules: [backoff-limit]
    match: {namespaces: [default], names: ["run-"]}
    reason: under repair
    owner: team-data
    expires: 2026-11-01
`, nil)
			v := validate(t, e, create(t, "create", strings.Replace(runaway, "{name: runaway, labels: {a: b}}", test.metadata, 1)))
			if len(v.Findings) != 1 || (v.Findings[0].Excepted != nil) != test.excepted {
				t.Errorf("findings %v, excepted %v", lines(v), v.Findings[0].Excepted)
			}
		})
	}
}

func TestValidateReportsARuleThatErrsInItsMode(t *testing.T) {
	t.Parallel()
	rego := rule("broken", `deny contains {"field": ["job", "spec", "backoffLimit"], "msg": msg} if {
	n := to_number(input.job.metadata.name)
	msg := $"is {n}"
}`)
	for mode, refused := range map[string]bool{"enforce": true, "warn": false, "audit": false} {
		e := policy(t, "extends: audit\nrules: {broken: {mode: "+mode+"}}\n", map[string]string{"broken": rego})
		v := validate(t, e, create(t, "apply", silentJob))
		var found []engine.Finding
		for _, f := range v.Findings {
			if f.PolicyError {
				found = append(found, f)
			}
		}
		if len(found) != 1 || v.Refused() != refused || !strings.HasPrefix(found[0].Message, "policy error: ") {
			t.Errorf("mode %s: refused %t with %v", mode, v.Refused(), lines(v))
		}
	}
}

func TestValidateSaysWhatItCouldNotJudge(t *testing.T) {
	t.Parallel()
	req := create(t, "apply", silentJob)
	req.Namespace = engine.Namespace{Name: "default"}
	e := policy(t, "extends: recommended\n"+only(t, "resource-limits")+"namespaces: [{match: {labels: {tier: production}}, rules: {backoff-limit: {mode: warn}}}]\n", nil)
	want := []engine.NotJudged{
		{Rule: "namespaces", Needs: "the labels of the namespace"},
		{Rule: "resource-limits", Needs: "the LimitRanges of the namespace"},
	}
	if diff := cmp.Diff(want, validate(t, e, req).NotJudged); diff != "" {
		t.Errorf("not judged (-want +got):\n%s", diff)
	}
}

func TestRulesReadTheQuotasOfTheNamespace(t *testing.T) {
	t.Parallel()
	e := policy(t, "extends: audit\n"+only(t)+"  quota: {mode: warn}\n", map[string]string{"quota": rule("quota", `deny contains {"field": ["job", "spec"], "msg": msg} if {
	some quota in input.namespace.resourceQuotas
	some resource, hard in quota.hard
	left := hard - quota.used[resource]
	msg := sprintf("%s of %s: %d of %d are left, scopes %v", [resource, quota.name, left, hard, quota.scopes])
}`)})
	req := create(t, "apply", silentJob)
	req.Namespace.ResourceQuotas = []engine.ResourceQuota{
		{
			Name: "compute",
			Hard: map[string]string{"requests.cpu": "1500m", "limits.cpu": "2.0005", "cpu": "3", "memory": "1Gi", "count/jobs.batch": "10"},
			Used: map[string]string{"requests.cpu": "1.2001", "count/jobs.batch": "4", "pods": "3"},
		},
		{Name: "short", Hard: map[string]string{"pods": "2"}, Scopes: []string{"NotTerminating"}},
	}
	want := []string{
		"warn spec count/jobs.batch of compute: 6 of 10 are left, scopes [] (quota)",
		"warn spec cpu of compute: 3000 of 3000 are left, scopes [] (quota)",
		"warn spec limits.cpu of compute: 2000 of 2000 are left, scopes [] (quota)",
		"warn spec memory of compute: 1073741824 of 1073741824 are left, scopes [] (quota)",
		"warn spec pods of short: 2 of 2 are left, scopes [\"NotTerminating\"] (quota)",
		"warn spec requests.cpu of compute: 299 of 1500 are left, scopes [] (quota)",
	}
	v := validate(t, e, req)
	var got []string
	for _, line := range lines(v) {
		if strings.HasPrefix(line, "warn") {
			got = append(got, line)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("findings (-want +got):\n%s", diff)
	}
	if v.NotJudged != nil {
		t.Errorf("not judged: %v", v.NotJudged)
	}

	req.Namespace.QuotasKnown = false
	v = validate(t, e, req)
	missing := []engine.NotJudged{{Rule: "quota", Needs: "the ResourceQuotas of the namespace"}}
	if diff := cmp.Diff(missing, v.NotJudged); diff != "" {
		t.Errorf("not judged (-want +got):\n%s", diff)
	}
	for _, line := range lines(v) {
		if strings.HasPrefix(line, "warn") {
			t.Errorf("says of quotas that nobody knows: %s", line)
		}
	}
}

func TestValidateAdvisesOnAProfileThatDoesNotExist(t *testing.T) {
	t.Parallel()
	e := policy(t, "extends: recommended\nprofiles: {nightly-batch: {rules: {active-deadline: {mode: enforce}}}}\n", nil)
	with := strings.Replace(silentJob, "{name: report}", "{name: report, labels: {batchgate.dev/profile: nightly-btch}}", 1)
	want := []string{`label batchgate.dev/profile: there is no profile "nightly-btch", did you mean "nightly-batch"?`}
	if diff := cmp.Diff(want, validate(t, e, create(t, "apply", with)).Warnings()[:1]); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	if v := validate(t, e, create(t, "apply", strings.Replace(with, "nightly-btch", "nightly-batch", 1))); !v.Refused() {
		t.Errorf("the profile adds nothing: %v", lines(v))
	}
}

func TestDenialIsShortAndOnOneScreen(t *testing.T) {
	t.Parallel()
	var containers strings.Builder
	for i := range 30 {
		fmt.Fprintf(&containers, "        - {name: c%02d, image: 'busybox:1.37', resources: {limits: {memory: 1Ki}}}\n", i)
	}
	many := silentJob[:strings.Index(silentJob, "containers:")] + "containers:\n" + containers.String()
	e := policy(t, "extends: strict\nrules: {resource-limits: {fill: false}}\n", nil)
	denial := validate(t, e, create(t, "apply", many)).Denial()
	got := strings.Split(denial, "\n")
	if len(got) != 10 || !strings.Contains(got[8], "more") {
		t.Errorf("the denial has %d lines, want 10 with the number of the others:\n%s", len(got), denial)
	}
}

func TestValidateKeepsTheFindingsOfRulesBesideOneThatErrs(t *testing.T) {
	t.Parallel()
	rego := rule("broken", `deny contains {"field": ["job", "spec", "backoffLimit"], "msg": msg} if {
	n := to_number(input.job.metadata.name)
	msg := $"is {n}"
}`)
	sound := policy(t, "extends: strict\n", nil)
	e := policy(t, "extends: strict\nrules: {broken: {mode: warn}}\n", map[string]string{"broken": rego})
	req := create(t, "apply", runaway)
	var others []string
	for _, line := range lines(validate(t, e, req)) {
		if !strings.Contains(line, "(broken)") {
			others = append(others, line)
		}
	}
	if diff := cmp.Diff(lines(validate(t, sound, req)), others); diff != "" {
		t.Errorf("findings beside the rule that errs (-without it +with it):\n%s", diff)
	}
}
