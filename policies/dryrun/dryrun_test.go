package dryrun_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/dryrun"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
)

func now() time.Time { return time.Date(2026, 11, 25, 8, 30, 0, 0, time.UTC) }

func load(t testing.TB, policy string) *engine.Engine {
	t.Helper()
	set, err := source.Load(policy)
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(set.Catalogue, set.Policy)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

const pod = `"template":{"spec":{"containers":[{"name":"main","image":"registry.example.com/tools/report:1.4.2"}]}}`

// job is a Job with more in its spec.
func job(spec string) string {
	if spec != "" {
		spec += ","
	}
	return `{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"report"},"spec":{` + spec + pod + `}}`
}

func cronjob(spec string) string {
	if spec != "" {
		spec += ","
	}
	return `{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"nightly"},"spec":{"schedule":"15 2 * * *","jobTemplate":{"spec":{` + spec + pod + `}}}}`
}

func create(t *testing.T, doc string, o dryrun.Options) *dryrun.Result {
	t.Helper()
	if o.Now.IsZero() {
		o.Now = now()
	}
	r, err := dryrun.New(load(t, ""), o).Create(t.Context(), []byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// changes are the fields that are filled in, with their values.
func changes(r *dryrun.Result) map[string]string {
	out := map[string]string{}
	for _, c := range r.Mutation.Changes {
		out[c.Field] = string(c.To)
	}
	return out
}

func at(t *testing.T, object []byte, path ...string) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(object, &value); err != nil {
		t.Fatal(err)
	}
	for _, key := range path {
		m, _ := value.(map[string]any)
		value = m[key]
	}
	return value
}

func TestWhatASilentJobBecomes(t *testing.T) {
	t.Parallel()
	r := create(t, job(``), dryrun.Options{})
	if r.Refused() != dryrun.Nobody || !r.Reached {
		t.Errorf("refused by %q, reached %v: %v %s", r.Refused(), r.Reached, r.Invalid, r.Denial())
	}
	filled := changes(r)
	for field, want := range map[string]string{
		"spec.backoffLimit":                "4",
		"spec.ttlSecondsAfterFinished":     "86400",
		"spec.template.spec.restartPolicy": `"Never"`,
	} {
		if filled[field] != want {
			t.Errorf("%s is filled with %q, want %q", field, filled[field], want)
		}
	}
	if got := at(t, r.Object, "spec", "backoffLimit"); got != 4.0 {
		t.Errorf("stored backoffLimit %v", got)
	}
	if got := at(t, r.Defaulted, "spec", "backoffLimit"); got != 6.0 {
		t.Errorf("defaulted backoffLimit %v", got)
	}
	if got := at(t, r.Object, "spec", "selector", "matchLabels"); got == nil {
		t.Error("the stored object has no selector: it was not prepared")
	}
}

func TestAnExplicitSixStaysWhereTheClientLeavesEvidence(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		client apiserver.Client
		doc    string
		want   string
	}{
		"kubectl apply":        {apiserver.Apply, job(`"backoffLimit":6`), ""},
		"server-side apply":    {apiserver.ServerSideApply, job(`"backoffLimit":6`), ""},
		"kubectl create":       {apiserver.Create, job(`"backoffLimit":6`), "4"},
		"nothing is the same":  {"", job(`"backoffLimit":6`), ""},
		"a generateName apply": {apiserver.Apply, strings.Replace(job(`"backoffLimit":6`), `"name":"report"`, `"generateName":"report-"`, 1), "4"},
		"a generateName ssa":   {apiserver.ServerSideApply, strings.Replace(job(`"backoffLimit":6`), `"name":"report"`, `"generateName":"report-"`, 1), "4"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := create(t, test.doc, dryrun.Options{Client: test.client})
			if got := changes(r)["spec.backoffLimit"]; got != test.want {
				t.Errorf("filled with %q, want %q", got, test.want)
			}
		})
	}
}

func TestWhoRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		doc     string
		options dryrun.Options
		by      dryrun.By
		reached bool
		says    string
	}{
		"nobody":                   {doc: job(``), by: dryrun.Nobody, reached: true},
		"a rule":                   {doc: job(`"backoffLimit":50`), by: dryrun.Policy, reached: true, says: "Job default/report is refused:\n  spec.backoffLimit is 50"},
		"kubernetes":               {doc: job(`"backoffLimit":-1`), by: dryrun.Kubernetes},
		"kubernetes before a rule": {doc: job(`"backoffLimit":50,"parallelism":-1`), by: dryrun.Kubernetes},
		"the decoder":              {doc: job(`"backoffLimit":"6"`), by: dryrun.Kubernetes},
		"a field nobody knows":     {doc: job(`"backofLimit":6`), by: dryrun.Kubernetes},
		"a field nobody knows, with a warning only": {doc: job(`"backofLimit":6`),
			options: dryrun.Options{FieldValidation: apiserver.Warn}, by: dryrun.Nobody, reached: true},
		"a server-side apply of a field nobody knows": {doc: job(`"backofLimit":6`),
			options: dryrun.Options{FieldValidation: apiserver.Ignore, Client: apiserver.ServerSideApply}, by: dryrun.Kubernetes},
		"a server-side apply of a name that stands twice": {doc: strings.Replace(job(``), `"containers":[`, `"containers":[{"name":"main","image":"busybox:1"},`, 1),
			options: dryrun.Options{Client: apiserver.ServerSideApply}, by: dryrun.Kubernetes},
		"a variable that stands twice": {doc: strings.Replace(job(``), `"name":"main"`, `"name":"main","env":[{"name":"A"},{"name":"A"}]`, 1), by: dryrun.Nobody, reached: true},
		"a server-side apply of a variable that stands twice": {doc: strings.Replace(job(``), `"name":"main"`, `"name":"main","env":[{"name":"A"},{"name":"A"}]`, 1),
			options: dryrun.Options{Client: apiserver.ServerSideApply}, by: dryrun.Kubernetes},
		"a server-side apply of a port with two protocols": {doc: strings.Replace(job(``), `"name":"main"`, `"name":"main","ports":[{"containerPort":53},{"containerPort":53,"protocol":"UDP"}]`, 1),
			options: dryrun.Options{Client: apiserver.ServerSideApply}, by: dryrun.Nobody, reached: true},
		"a server-side apply of a port without its number": {doc: strings.Replace(job(``), `"name":"main"`, `"name":"main","ports":[{"protocol":"UDP"}]`, 1),
			options: dryrun.Options{Client: apiserver.ServerSideApply}, by: dryrun.Kubernetes},
		"a version that is not served": {doc: strings.Replace(cronjob(``), "batch/v1", "batch/v1beta1", 1), by: dryrun.Kubernetes},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := create(t, test.doc, test.options)
			if r.Refused() != test.by || r.Reached != test.reached {
				t.Errorf("refused by %q, want %q; reached %v, want %v; %v %s", r.Refused(), test.by, r.Reached, test.reached, r.Invalid, r.Denial())
			}
			if !strings.HasPrefix(r.Denial(), test.says) || (test.says == "") != (r.Denial() == "") {
				t.Errorf("denial %q, want %q", r.Denial(), test.says)
			}
		})
	}
}

func TestRulesAreAskedAboutWhatKubernetesRefuses(t *testing.T) {
	t.Parallel()
	r := create(t, job(`"backoffLimit":50,"parallelism":-1`), dryrun.Options{})
	if !r.Verdict.Refused() {
		t.Error("the rules say nothing")
	}
	if r.Denial() != "" || r.Causes() != nil {
		t.Errorf("/validate is never asked, but says %q", r.Denial())
	}
	for key := range r.Audit() {
		if strings.HasPrefix(key, "validate.") {
			t.Errorf("/validate is never asked, but leaves %s", key)
		}
	}
}

func TestTheJobOfACronJob(t *testing.T) {
	t.Parallel()
	r := create(t, cronjob(`"backoffLimit":50`), dryrun.Options{})
	if r.Child == nil {
		t.Fatal("there is none")
	}
	if r.Refused() != dryrun.Policy || r.Child.Refused() != dryrun.Nobody {
		t.Errorf("refused by %q and %q", r.Refused(), r.Child.Refused())
	}
	var modes []string
	for _, f := range r.Child.Verdict.Findings {
		if f.Rule == "backoff-limit" {
			modes = append(modes, string(f.Mode))
		}
	}
	if diff := cmp.Diff([]string{"warn"}, modes); diff != "" {
		t.Errorf("modes of backoff-limit (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(r.Child.Name, "nightly-") {
		t.Errorf("name %q", r.Child.Name)
	}
	if ttl := changes(r.Child)["spec.ttlSecondsAfterFinished"]; ttl != "" {
		t.Errorf("the Job of a CronJob gets a TTL of %s", ttl)
	}
	for name, doc := range map[string]string{
		"a Job": job(``), "a CronJob that Kubernetes refuses": strings.Replace(cronjob(``), "15 2", "99 2", 1),
	} {
		if r := create(t, doc, dryrun.Options{}); r.Child != nil {
			t.Errorf("%s has a child", name)
		}
	}
	if r := create(t, strings.Replace(cronjob(``), `"name":"nightly"`, `"generateName":"nightly-"`, 1), dryrun.Options{}); r.Child == nil || r.Child.Refused() != dryrun.Nobody {
		t.Errorf("a generated CronJob: child %+v", r.Child)
	}
}

func TestNamespaces(t *testing.T) {
	t.Parallel()
	named := strings.Replace(job(``), `"name":"report"`, `"name":"report","namespace":"kube-system"`, 1)
	r := create(t, named, dryrun.Options{Namespace: "shop"})
	if r.Namespace != "kube-system" || r.Skipped() != "namespace excluded" || len(r.Mutation.Patch) > 0 {
		t.Errorf("%q is skipped for %q", r.Namespace, r.Skipped())
	}
	asked := ""
	r = create(t, job(``), dryrun.Options{Namespace: "shop", Namespaces: func(name string) engine.Namespace {
		asked = name
		return engine.Namespace{Name: name, LabelsKnown: true, LimitsKnown: true, QuotasKnown: true}
	}})
	if r.Namespace != "shop" || asked != "shop" || len(r.Verdict.NotJudged) > 0 {
		t.Errorf("namespace %q, asked for %q, not judged %v", r.Namespace, asked, r.Verdict.NotJudged)
	}
	if r = create(t, job(``), dryrun.Options{}); len(r.Verdict.NotJudged) == 0 {
		t.Error("LimitRanges are unknown, but everything is judged")
	}
}

// fake answers as it is told, time after time.
type fake struct {
	mutations []engine.Mutation
	err       error
}

func (f *fake) Mutate(_ context.Context, req engine.Request) (engine.Mutation, error) {
	if f.err != nil {
		return engine.Mutation{}, f.err
	}
	m := f.mutations[0]
	f.mutations = f.mutations[1:]
	if m.Object == nil {
		m.Object = req.Object
	}
	return m, nil
}

func (f *fake) Validate(context.Context, engine.Request) (engine.Verdict, error) {
	return engine.Verdict{}, f.err
}

func TestAPolicyThatDoesNotSettleIsAnError(t *testing.T) {
	t.Parallel()
	patch := []engine.PatchOp{{Op: "add", Path: "/spec/backoffLimit", Value: json.RawMessage("4")}}
	_, err := dryrun.New(&fake{mutations: []engine.Mutation{{Patch: patch}, {Patch: patch}}}, dryrun.Options{}).Create(t.Context(), []byte(job(``)))
	if _, ok := errors.AsType[*dryrun.UnsettledError](err); !ok || !strings.Contains(err.Error(), "/spec/backoffLimit") {
		t.Errorf("got %v", err)
	}
	_, err = dryrun.New(&fake{mutations: []engine.Mutation{{Patch: patch, Object: []byte(`{"kind":"Pod"}`)}}}, dryrun.Options{}).Create(t.Context(), []byte(job(``)))
	if err == nil || !strings.Contains(err.Error(), "policy error") {
		t.Errorf("a patch that makes a Pod: %v", err)
	}
}

func TestAnObjectTheRulesCannotRead(t *testing.T) {
	t.Parallel()
	r, err := dryrun.New(&fake{err: &engine.ObjectError{Reason: "nested too\ndeep"}}, dryrun.Options{}).Create(t.Context(), []byte(job(`"template":{"spec":{"restartPolicy":"Never"}},"x":1`)))
	if err != nil || r.Malformed == nil {
		t.Fatalf("%v %+v", err, r)
	}
	doc := strings.Replace(job(``), `"containers"`, `"restartPolicy":"Never","containers"`, 1)
	r, err = dryrun.New(&fake{err: &engine.ObjectError{Reason: "nested too\ndeep"}}, dryrun.Options{}).Create(t.Context(), []byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	if got := r.Denial(); got != "Job is refused: nested too deep" {
		t.Errorf("denial %q", got)
	}
	if diff := cmp.Diff([]string{"batchgate filled in nothing: nested too deep"}, r.Warnings()); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
	if _, err := dryrun.New(&fake{err: context.Canceled}, dryrun.Options{}).Create(t.Context(), []byte(doc)); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that ended: %v", err)
	}
}

// TestTheRecordedCases runs the answers of a real API server through the whole:
// what it refused is refused by Kubernetes, and no object makes the policy
// unsettled.
func TestTheRecordedCases(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("../apiserver/testdata/cases.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	judges := map[string]*engine.Engine{"audit": load(t, "audit"), "strict": load(t, "strict")}
	for scanner := bufio.NewScanner(bytes.NewReader(data)); scanner.Scan(); {
		var c struct {
			Label       string
			Input       json.RawMessage
			KubectlArgs []string
			Accepted    bool
		}
		if err := json.Unmarshal(scanner.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		o := dryrun.Options{Client: apiserver.Create, Namespace: "t1", Now: now()}
		for _, arg := range c.KubectlArgs {
			switch arg {
			case "--validate=warn":
				o.FieldValidation = apiserver.Warn
			case "--validate=ignore":
				o.FieldValidation = apiserver.Ignore
			}
		}
		for policy, e := range judges {
			r, err := dryrun.New(e, o).Create(t.Context(), c.Input)
			if err != nil {
				t.Errorf("%s, %s: %v", c.Label, policy, err)
				continue
			}
			// Recorded without a gate: audit fills nothing, so nothing is saved.
			if policy == "audit" && (r.Refused() == dryrun.Kubernetes) == c.Accepted {
				t.Errorf("%s: refused by %q %v, accepted on record: %v", c.Label, r.Refused(), r.Invalid, c.Accepted)
			}
		}
	}
}

func TestWarningsAreCutAsTheAPIServerCutsThem(t *testing.T) {
	t.Parallel()
	r := &dryrun.Result{DecodeWarnings: []string{"one", "two", "one", "bad\x1b", ""}}
	if diff := cmp.Diff([]string{"one", "two"}, r.Warnings()); diff != "" {
		t.Errorf("distinct (-want +got):\n%s", diff)
	}
	r.DecodeWarnings = nil
	for _, c := range "abcdefghijklmnopqrst" {
		r.DecodeWarnings = append(r.DecodeWarnings, strings.Repeat(string(c), 300))
	}
	got := r.Warnings()
	if len(got) != 16 || len(got[0]) != 256 {
		t.Errorf("%d warnings, the first with %d runes; want 16 with 256", len(got), len(got[0]))
	}
}
