package webhook

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/engine"
)

func TestMetricsAreWellFormed(t *testing.T) {
	t.Parallel()
	m := NewMetrics()
	m.Build("v0.1.0")
	m.Policy(func() engine.Identity { return engine.Identity{Name: "platform", Digest: "3f2a91c0"} })
	m.Certificate("leaf", time.Now, time.Now)
	m.Ready(func() error { return nil })
	m.CertificateState(func() error { return nil }, func() time.Duration { return time.Second })
	m.PolicyLoad("loaded", time.Now())
	m.shed.WithLabelValues("busy").Inc()
	m.tlsRejected.WithLabelValues("name").Inc()
	problems, err := testutil.GatherAndLint(m.Registry())
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "batchgate_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}

func TestThePolicyIsOneSeriesHoweverOftenItChanges(t *testing.T) {
	t.Parallel()
	m := NewMetrics()
	var id engine.Identity
	m.Policy(func() engine.Identity { return id })
	for _, test := range []struct {
		id   engine.Identity
		want string
	}{
		{want: ""},
		{engine.Identity{Name: "a", Digest: "1"}, `batchgate_policy_info{digest="1",name="a"} 1`},
		{engine.Identity{Name: "a", Digest: "2"}, `batchgate_policy_info{digest="2",name="a"} 1`},
	} {
		id = test.id
		want := test.want
		if want != "" {
			want = "# HELP batchgate_policy_info The policy in force; always 1.\n# TYPE batchgate_policy_info gauge\n" + want + "\n"
		}
		if err := testutil.GatherAndCompare(m.Registry(), strings.NewReader(want), "batchgate_policy_info"); err != nil {
			t.Error(err)
		}
	}
}

func TestALoadThatFailsShowsUntilOneSucceeds(t *testing.T) {
	t.Parallel()
	m := NewMetrics()
	at := time.Unix(1700000000, 0)
	for _, test := range []struct {
		result        string
		success, last float64
	}{{"loaded", 1, 1700000000}, {"failed", 0, 1700000000}, {"unchanged", 1, 1700000010}} {
		m.PolicyLoad(test.result, at)
		at = at.Add(5 * time.Second)
		if got := testutil.ToFloat64(m.loadSuccess); got != test.success {
			t.Errorf("%s: success %v", test.result, got)
		}
		if got := testutil.ToFloat64(m.lastSuccess); got != test.last {
			t.Errorf("%s: last success %v, expected %v", test.result, got, test.last)
		}
	}
}

func TestAReplicaThatIsNotReadyShows(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"ready":     {nil, "1"},
		"not ready": {errors.New("policy: it is being loaded"), "0"},
	} {
		m := NewMetrics()
		m.Ready(func() error { return test.err })
		want := "# HELP batchgate_ready 1 while the replica is ready, as /readyz says.\n# TYPE batchgate_ready gauge\nbatchgate_ready " + test.want + "\n"
		if err := testutil.GatherAndCompare(m.Registry(), strings.NewReader(want), "batchgate_ready"); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAReviewIsInFlightUntilItIsAnswered(t *testing.T) {
	t.Parallel()
	m := NewMetrics()
	var during float64
	judge := slowJudge{wait: func(context.Context) error {
		during = testutil.ToFloat64(m.inFlight)
		return nil
	}}
	post(t, NewHandler(Options{Judge: judge, Metrics: m}), "/validate")
	if after := testutil.ToFloat64(m.inFlight); during != 1 || after != 0 {
		t.Errorf("%v in flight while it is judged and %v afterwards, expected 1 and 0", during, after)
	}
}

func TestAProblemOfTheCertificateShows(t *testing.T) {
	t.Parallel()
	m := NewMetrics()
	m.CertificateState(func() error { return errors.New("expired") }, func() time.Duration { return -time.Minute })
	const want = `# HELP batchgate_certificate_problem 1 while something about the serving certificate is out of order.
# TYPE batchgate_certificate_problem gauge
batchgate_certificate_problem 1
# HELP batchgate_clock_skew_seconds By how much the local clock is ahead of the API server's.
# TYPE batchgate_clock_skew_seconds gauge
batchgate_clock_skew_seconds -60
`
	if err := testutil.GatherAndCompare(m.Registry(), strings.NewReader(want), "batchgate_certificate_problem", "batchgate_clock_skew_seconds"); err != nil {
		t.Error(err)
	}
}

func TestARuleThatMayRefuseIsCountedFromNothing(t *testing.T) {
	t.Parallel()
	m := NewMetrics()
	m.Enforced([]string{"image-pinned"})
	m.validated(engine.Verdict{Findings: []engine.Finding{{Rule: "at-most-once", Mode: config.Enforce}}})
	m.Enforced([]string{"at-most-once", "image-pinned"}) // what was counted stays
	const want = `# HELP batchgate_findings_total Findings by rule and by what they did: enforce, warn or audit.
# TYPE batchgate_findings_total counter
batchgate_findings_total{mode="enforce",rule="at-most-once"} 1
batchgate_findings_total{mode="enforce",rule="image-pinned"} 0
`
	if err := testutil.GatherAndCompare(m.Registry(), strings.NewReader(want), "batchgate_findings_total"); err != nil {
		t.Error(err)
	}
}
