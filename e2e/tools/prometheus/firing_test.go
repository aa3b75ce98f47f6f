package prometheus

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/model/value"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

const (
	step = 30 * time.Second // of a scrape and of an evaluation
	day  = 24 * time.Hour
)

// begin is the first sample; it is a time that certificates can be valid at.
func begin() time.Time { return time.Date(2026, time.November, 26, 0, 0, 0, 0, time.UTC) }

// series is one that is scraped every step: its value at a time after begin, until which there is one.
type series struct {
	name  string // with labels, as PromQL writes it
	value func(at time.Duration) float64
	from  time.Duration // 0: since begin
	until time.Duration // 0: for ever
}

// constant is a gauge that never changes, or a counter of what never happens.
func constant(v float64) func(time.Duration) float64 {
	return func(time.Duration) float64 { return v }
}

// growing is a counter that grows by so much in a second.
func growing(perSecond float64) func(time.Duration) float64 {
	return func(at time.Duration) float64 { return perSecond * at.Seconds() }
}

// burst is a counter that grows by v within a minute after at.
func burst(at time.Duration, v float64) func(time.Duration) float64 {
	return func(now time.Duration) float64 {
		return v * min(max((now-at).Minutes(), 0), 1)
	}
}

// then is a gauge that changes at a time.
func then(before float64, at time.Duration, after float64) func(time.Duration) float64 {
	return func(now time.Duration) float64 {
		if now < at {
			return before
		}
		return after
	}
}

// expiring is a certificate with so much of its life left at begin.
func expiring(name string, life, left time.Duration) []series {
	end := begin().Add(left)
	return []series{
		{name: `batchgate_certificate_not_before_seconds{certificate="` + name + `",pod="a"}`, value: constant(float64(end.Add(-life).Unix()))},
		{name: `batchgate_certificate_not_after_seconds{certificate="` + name + `",pod="a"}`, value: constant(float64(end.Unix()))},
	}
}

type sample struct {
	at int64
	v  float64
}

func (s sample) T() int64                      { return s.at }
func (s sample) ST() int64                     { return 0 }
func (s sample) F() float64                    { return s.v }
func (s sample) H() *histogram.Histogram       { return nil }
func (s sample) FH() *histogram.FloatHistogram { return nil }
func (s sample) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (s sample) Copy() chunks.Sample           { return s }

// list is a storage.SeriesSet.
type list struct {
	series []storage.Series
	next   int
}

func (l *list) Next() bool                      { l.next++; return l.next <= len(l.series) }
func (l *list) At() storage.Series              { return l.series[l.next-1] }
func (*list) Err() error                        { return nil }
func (*list) Warnings() annotations.Annotations { return nil }

// world is what Prometheus has scraped until a time.
func world(t *testing.T, until time.Duration, all []series) storage.Queryable {
	t.Helper()
	var made []storage.Series
	for _, one := range all {
		metric, err := promQL().ParseMetric(one.name)
		if err != nil {
			t.Fatal(err)
		}
		var samples []chunks.Sample
		for at := one.from; at <= until; at += step {
			if one.until > 0 && at > one.until { // what Prometheus writes when a target is gone
				samples = append(samples, sample{begin().Add(at).UnixMilli(), math.Float64frombits(value.StaleNaN)})
				break
			}
			samples = append(samples, sample{begin().Add(at).UnixMilli(), one.value(at)})
		}
		made = append(made, storage.NewListSeries(metric, samples))
	}
	return storage.QueryableFunc(func(int64, int64) (storage.Querier, error) {
		return &storage.MockQuerier{SelectMockFunction: func(_ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
			var found []storage.Series
			for _, one := range made {
				if matches(one.Labels(), matchers) {
					found = append(found, one)
				}
			}
			return &list{series: found}
		}}, nil
	})
}

func matches(metric labels.Labels, matchers []*labels.Matcher) bool {
	for _, matcher := range matchers {
		if !matcher.Matches(metric.Get(matcher.Name)) {
			return false
		}
	}
	return true
}

// firing are the labels of what fires at a time: what the expression has returned at every step of the rule's for.
func firing(t *testing.T, rule rulefmt.Rule, at time.Duration, all []series) []string {
	t.Helper()
	queryable := world(t, at, all)
	prometheus := promql.NewEngine(promql.EngineOpts{MaxSamples: 10_000_000, Timeout: time.Minute, Parser: promQL(), LookbackDelta: 5 * time.Minute})
	defer func() {
		if err := prometheus.Close(); err != nil {
			t.Error(err)
		}
	}()
	steps := int(time.Duration(rule.For)/step) + 1
	q, err := prometheus.NewRangeQuery(context.WithoutCancel(t.Context()), queryable, nil, rule.Expr, begin().Add(at-time.Duration(rule.For)), begin().Add(at), step)
	if err != nil {
		t.Fatal(err)
	}
	defer q.Close()
	matrix, err := q.Exec(t.Context()).Matrix()
	if err != nil {
		t.Fatalf("%s: %v", rule.Alert, err)
	}
	var fires []string
	for _, one := range matrix {
		if len(one.Floats) == steps {
			fires = append(fires, one.Metric.String())
		}
	}
	return fires
}

func ruleOf(t *testing.T, name string) rulefmt.Rule {
	t.Helper()
	for _, rule := range alerts(t) {
		if rule.Alert == name {
			return rule
		}
	}
	t.Fatalf("no alert %s", name)
	return rulefmt.Rule{}
}

// well are the series of two replicas to which nothing happens, with certificates of the gate's own.
func well() []series {
	var all []series
	for _, pod := range []string{"a", "b"} {
		of := func(name, more string, value func(time.Duration) float64) {
			all = append(all, series{name: name + `{namespace="batchgate-system",pod="` + pod + `"` + more + `}`, value: value})
		}
		of("batchgate_ready", "", constant(1))
		of("batchgate_policy_info", `,name="batchgate",digest="1"`, constant(1))
		of("batchgate_policy_last_load_success", "", constant(1))
		of("batchgate_certificate_problem", "", constant(0))
		of("batchgate_clock_skew_seconds", "", constant(-0.4))
		of("batchgate_deadline_overruns_total", "", constant(0))
		of("batchgate_abandoned_evaluations", "", constant(0))
		for _, reason := range []string{"busy", "memory", "slow", "abandoned"} {
			of("batchgate_shed_total", `,reason="`+reason+`"`, constant(0))
		}
		of("batchgate_findings_total", `,rule="backoff-limit",mode="enforce"`, growing(0.05))
	}
	all = append(all, expiring("leaf", 7*day+time.Hour, 5*day)...)
	all = append(all, expiring("ca", 365*day, 300*day)...)
	for _, le := range []string{"0.005", "0.5", "1", "2.5", "+Inf"} {
		all = append(all, series{name: `apiserver_admission_webhook_admission_duration_seconds_bucket{name="validate.batchgate.dev",le="` + le + `"}`, value: growing(10)})
	}
	all = append(all,
		series{name: `apiserver_admission_webhook_rejection_count{name="validate.batchgate.dev",error_type="no_error"}`, value: growing(0.1)},
		series{name: `apiserver_admission_webhook_fail_open_count{name="mutate.batchgate.dev"}`, value: constant(3)},
		series{name: `apiserver_admission_webhook_fail_open_count{name="other.example.com"}`, value: growing(1)})
	return all
}

// but replaces series by those of the same names.
func but(replaced ...series) []series {
	names := map[string]bool{}
	for _, one := range replaced {
		names[one.name] = true
	}
	all := replaced
	for _, one := range well() {
		if !names[one.name] {
			all = append(all, one)
		}
	}
	return all
}

// without is that all is well but for a series that is not there.
func without(name string) []series {
	return slices.DeleteFunc(well(), func(one series) bool { return one.name == name })
}

// crashing is a replica that is ready for a moment once in a period.
func crashing(name string, period, ready, until time.Duration) (all []series) {
	for at := time.Duration(0); at < until; at += period {
		all = append(all, series{name: name, value: constant(1), from: at, until: at + ready})
	}
	return all
}

// young are the series of a gate that was installed so long before at; refused counts what a rule of it refuses.
func young(at, age time.Duration, refused func(time.Duration) float64) []series {
	installed := at - age
	return []series{
		{name: `batchgate_ready{namespace="batchgate-system",pod="a"}`, value: constant(1), from: installed},
		{
			name:  `batchgate_findings_total{namespace="batchgate-system",pod="a",rule="backoff-limit",mode="enforce"}`,
			value: func(now time.Duration) float64 { return refused(now - installed) }, from: installed,
		},
	}
}

func TestNothingFiresWhileAllIsWell(t *testing.T) {
	t.Parallel()
	for _, rule := range alerts(t) {
		if fires := firing(t, rule, 26*time.Hour, well()); len(fires) > 0 {
			t.Errorf("%s fires: %v", rule.Alert, fires)
		}
	}
}

func TestEachAlertFiresWhenItShould(t *testing.T) {
	t.Parallel()
	const ready = `batchgate_ready{namespace="batchgate-system",pod="`
	const refusals = `batchgate_findings_total{namespace="batchgate-system",pod="a",rule="backoff-limit",mode="enforce"}`
	at := 26 * time.Hour // of the looking
	ago := func(d time.Duration) time.Duration { return at - d }
	var none []series
	covered := map[string]bool{}
	for name, c := range map[string]struct {
		alert string
		all   []series
		fires string // labels that it fires with; "no": it does not
	}{
		"no replica is ready":                                         {"BatchgateNotReady", but(series{name: ready + `a"}`, value: then(1, ago(2*time.Minute), 0)}, series{name: ready + `b"}`, value: constant(0)}), "{}"},
		"no replica is scraped":                                       {"BatchgateNotReady", none, "{}"},
		"both replicas are gone":                                      {"BatchgateNotReady", but(series{name: ready + `a"}`, value: constant(1), until: ago(2 * time.Minute)}, series{name: ready + `b"}`, value: constant(1), until: ago(3 * time.Hour)}), "{}"},
		"one of two replicas is ready":                                {"BatchgateNotReady", but(series{name: ready + `a"}`, value: constant(0)}), "no"},
		"a replica stays away":                                        {"BatchgateReplicaNotReady", but(series{name: ready + `b"}`, value: then(1, ago(11*time.Minute), 0)}), `pod="b"`},
		"a replica restarts":                                          {"BatchgateReplicaNotReady", but(series{name: ready + `b"}`, value: then(1, ago(time.Minute), 0)}), "no"},
		"a replica is gone":                                           {"BatchgateReplicaMissing", but(series{name: ready + `b"}`, value: constant(1), until: ago(20 * time.Minute)}), "{}"},
		"a replica has never come":                                    {"BatchgateReplicaMissing", without(ready + `b"}`), "{}"},
		"a replica crashes again and again":                           {"BatchgateReplicaMissing", append(without(ready+`b"}`), crashing(ready+`b"}`, 5*time.Minute, 30*time.Second, at)...), "{}"},
		"a replica is there and not ready":                            {"BatchgateReplicaMissing", but(series{name: ready + `b"}`, value: then(1, ago(20*time.Minute), 0)}), "{}"},
		"a replica moves to another node":                             {"BatchgateReplicaMissing", append(but(series{name: ready + `b"}`, value: constant(1), until: ago(6 * time.Minute)}), series{name: ready + `c"}`, value: constant(1), from: ago(3 * time.Minute)}), "no"},
		"a roll-out":                                                  {"BatchgateReplicaMissing", append(well(), series{name: ready + `c"}`, value: then(0, ago(5*time.Minute), 1), from: ago(6 * time.Minute)}), "no"},
		"a call fails open":                                           {"BatchgateFailOpen", but(series{name: `apiserver_admission_webhook_fail_open_count{name="mutate.batchgate.dev"}`, value: then(3, ago(time.Minute), 4)}), `name="mutate.batchgate.dev"`},
		"a call fails open for the first time":                        {"BatchgateFailOpen", append(well()[:len(well())-2:len(well())-2], series{name: `apiserver_admission_webhook_fail_open_count{name="mutate.batchgate.dev"}`, value: constant(1), from: ago(time.Minute)}), `name="mutate.batchgate.dev"`},
		"a call fails closed":                                         {"BatchgateCallsFail", append(well(), series{name: `apiserver_admission_webhook_rejection_count{name="validate.batchgate.dev",error_type="calling_webhook_error"}`, value: constant(1), from: ago(time.Minute)}), `error_type="calling_webhook_error"`},
		"a call of the mutating webhook fails closed":                 {"BatchgateCallsFail", append(well(), series{name: `apiserver_admission_webhook_rejection_count{name="mutate.batchgate.dev",error_type="calling_webhook_error"}`, value: constant(1), from: ago(time.Minute)}), `name="mutate.batchgate.dev"`},
		"another webhook fails closed":                                {"BatchgateCallsFail", append(well(), series{name: `apiserver_admission_webhook_rejection_count{name="other.example.com",error_type="calling_webhook_error"}`, value: constant(1), from: ago(time.Minute)}), "no"},
		"calls are slow":                                              {"BatchgateSlow", but(series{name: `apiserver_admission_webhook_admission_duration_seconds_bucket{name="validate.batchgate.dev",le="1"}`, value: growing(9.5)}, series{name: `apiserver_admission_webhook_admission_duration_seconds_bucket{name="validate.batchgate.dev",le="0.5"}`, value: growing(9.5)}, series{name: `apiserver_admission_webhook_admission_duration_seconds_bucket{name="validate.batchgate.dev",le="0.005"}`, value: growing(9.5)}), `name="validate.batchgate.dev"`},
		"a leaf was not renewed":                                      {"BatchgateCertificateNotRenewed", expiring("leaf", 90*day, at+29*day), `certificate="leaf"`},
		"a leaf is renewed in time":                                   {"BatchgateCertificateNotRenewed", expiring("leaf", 90*day, at+31*day), "no"},
		"a CA of clients was not renewed":                             {"BatchgateCertificateNotRenewed", expiring("client-ca", 365*day, at+59*day), `certificate="client-ca"`},
		"a CA of clients lives for months":                            {"BatchgateCertificateNotRenewed", expiring("client-ca", 365*day, at+61*day), "no"},
		"a CA of clients of ten years lives for years":                {"BatchgateCertificateNotRenewed", expiring("client-ca", 3650*day, at+365*day), "no"},
		"a CA of clients of ten years was not renewed":                {"BatchgateCertificateNotRenewed", expiring("client-ca", 3650*day, at+59*day), `certificate="client-ca"`},
		"a CA of clients of ninety days was renewed in time":          {"BatchgateCertificateNotRenewed", expiring("client-ca", 90*day, at+31*day), "no"},
		"a CA of clients of ninety days was not renewed":              {"BatchgateCertificateNotRenewed", expiring("client-ca", 90*day, at+29*day), `certificate="client-ca"`},
		"an unknown CA of clients":                                    {"BatchgateCertificateNotRenewed", []series{{name: `batchgate_certificate_not_after_seconds{certificate="client-ca",pod="a"}`, value: constant(0)}, {name: `batchgate_certificate_not_before_seconds{certificate="client-ca",pod="a"}`, value: constant(0)}}, "no"},
		"a CA of ten years lives for years":                           {"BatchgateCertificateNotRenewed", append(expiring("ca", 3650*day, at+365*day), expiring("leaf", 90*day, at+60*day)...), "no"},
		"a CA of ten years lives for months":                          {"BatchgateCertificateNotRenewed", append(expiring("ca", 3650*day, at+61*day), expiring("leaf", 90*day, at+60*day)...), "no"},
		"a CA of two years was not renewed":                           {"BatchgateCertificateNotRenewed", append(expiring("ca", 730*day, at+730*day/3-91*day), expiring("leaf", 90*day, at+60*day)...), `certificate="ca"`},
		"a CA was renewed in time, and the leaf is of the one before": {"BatchgateCertificateNotRenewed", append(expiring("ca", 730*day, at+730*day/3-60*day), expiring("leaf", 90*day, at+31*day)...), "no"},
		"a CA was renewed in time, and replicas have not heard of it": {"BatchgateCertificateNotRenewed", append(expiring("ca", 365*day, at+365*day/3-2*time.Hour), expiring("leaf", 7*day, at+3*day)...), "no"},
		"a CA of ten years was not renewed":                           {"BatchgateCertificateNotRenewed", append(expiring("ca", 3650*day, at+59*day), expiring("leaf", 90*day, at+60*day)...), `certificate="ca"`},
		"a CA of the gate's own was not renewed":                      {"BatchgateCertificateNotRenewed", append(expiring("ca", 365*day, at+365*day/3-8*day), expiring("leaf", 7*day, at+6*day)...), `certificate="ca"`},
		"an unknown CA":                                               {"BatchgateCertificateNotRenewed", []series{{name: `batchgate_certificate_not_after_seconds{certificate="ca",pod="a"}`, value: constant(0)}, {name: `batchgate_certificate_not_before_seconds{certificate="ca",pod="a"}`, value: constant(0)}}, "no"},
		"a long life with six days left":                              {"BatchgateCertificateExpires", expiring("ca", 365*day, at+6*day), `certificate="ca"`},
		"a short life with six days left":                             {"BatchgateCertificateExpires", expiring("leaf", 7*day, at+6*day), "no"},
		"a short life with half a day left":                           {"BatchgateCertificateExpires", expiring("leaf", 7*day, at+12*time.Hour), `certificate="leaf"`},
		"a certificate that has expired":                              {"BatchgateCertificateExpires", expiring("leaf", 90*day, at-time.Hour), `certificate="leaf"`},
		"a problem of the certificate":                                {"BatchgateCertificateProblem", but(series{name: `batchgate_certificate_problem{namespace="batchgate-system",pod="b"}`, value: then(0, ago(6*time.Minute), 1)}), `pod="b"`},
		"a clock that is ahead":                                       {"BatchgateClockSkew", but(series{name: `batchgate_clock_skew_seconds{namespace="batchgate-system",pod="a"}`, value: constant(90)}), `pod="a"`},
		"a clock that is behind":                                      {"BatchgateClockSkew", but(series{name: `batchgate_clock_skew_seconds{namespace="batchgate-system",pod="b"}`, value: constant(-3600)}), `pod="b"`},
		"a policy does not load":                                      {"BatchgatePolicyNotLoaded", but(series{name: `batchgate_policy_last_load_success{namespace="batchgate-system",pod="a"}`, value: then(1, ago(11*time.Minute), 0)}), `pod="a"`},
		"a policy did not load for a while":                           {"BatchgatePolicyNotLoaded", but(series{name: `batchgate_policy_last_load_success{namespace="batchgate-system",pod="a"}`, value: then(1, ago(9*time.Minute), 0)}), "no"},
		"replicas with two policies":                                  {"BatchgatePoliciesDiffer", append(well(), series{name: `batchgate_policy_info{pod="c",name="batchgate",digest="2"}`, value: constant(1), from: ago(time.Hour)}), "{}"},
		"a policy that is being rolled out":                           {"BatchgatePoliciesDiffer", append(well(), series{name: `batchgate_policy_info{pod="c",name="batchgate",digest="2"}`, value: constant(1), from: ago(3 * time.Minute)}), "no"},
		"an evaluation is late":                                       {"BatchgateDeadlineOverruns", but(series{name: `batchgate_deadline_overruns_total{namespace="batchgate-system",pod="a"}`, value: burst(ago(3*time.Minute), 1)}), "{}"},
		"an evaluation runs on":                                       {"BatchgateDeadlineOverruns", but(series{name: `batchgate_abandoned_evaluations{namespace="batchgate-system",pod="a"}`, value: constant(1)}), "{}"},
		"reviews are shed":                                            {"BatchgateShed", but(series{name: `batchgate_shed_total{namespace="batchgate-system",pod="a",reason="busy"}`, value: burst(ago(3*time.Minute), 2)}), `reason="busy"`},
		"a rule refuses ten times as many":                            {"BatchgateDenialSurge", but(series{name: refusals, value: func(now time.Duration) float64 { return growing(0.05)(now) + burst(ago(8*time.Minute), 900)(now) }}), `rule="backoff-limit"`},
		"a rule refuses twice as many":                                {"BatchgateDenialSurge", but(series{name: refusals, value: func(now time.Duration) float64 { return growing(0.05)(now) + burst(ago(8*time.Minute), 90)(now) }}), "no"},
		"a new rule refuses many":                                     {"BatchgateDenialSurge", append(well(), series{name: `batchgate_findings_total{pod="a",rule="image-pinned",mode="enforce"}`, value: burst(ago(8*time.Minute), 50), from: ago(30 * time.Minute)}), `rule="image-pinned"`},
		"a rule refuses as many as ever, in the first hour":           {"BatchgateDenialSurge", young(at, time.Hour, growing(0.05)), "no"},
		"a rule refuses as many as ever, in the fifth hour":           {"BatchgateDenialSurge", young(at, 5*time.Hour, growing(0.05)), "no"},
		"a rule refuses many at once, in the first minutes":           {"BatchgateDenialSurge", young(at, 10*time.Minute, burst(time.Minute, 200)), "no"},
		"a rule refuses as many as ever, on the first day":            {"BatchgateDenialSurge", young(at, 7*time.Hour, growing(0.05)), "no"},
		"a rule refuses ten times as many, on the first day": {"BatchgateDenialSurge", young(at, 7*time.Hour, func(now time.Duration) float64 {
			return growing(0.05)(now) + burst(7*time.Hour-8*time.Minute, 900)(now)
		}), `rule="backoff-limit"`},
		"a new rule refuses many between two scrapes": {"BatchgateDenialSurge", append(well(), series{name: `batchgate_findings_total{pod="a",rule="image-pinned",mode="enforce"}`, value: then(0, ago(8*time.Minute), 50)}), `rule="image-pinned"`},
		"a new rule warns of many":                    {"BatchgateDenialSurge", append(well(), series{name: `batchgate_findings_total{pod="a",rule="image-pinned",mode="warn"}`, value: burst(ago(8*time.Minute), 50), from: ago(30 * time.Minute)}), "no"},
	} {
		covered[c.alert] = covered[c.alert] || c.fires != "no"
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fires := strings.Join(firing(t, ruleOf(t, c.alert), at, c.all), " ")
			if c.fires == "no" && fires != "" || c.fires != "no" && !strings.Contains(fires, c.fires) {
				t.Errorf("%s fires: %q, expected %s", c.alert, fires, c.fires)
			}
		})
	}
	for _, rule := range alerts(t) {
		if !covered[rule.Alert] {
			t.Errorf("no case in which %s fires", rule.Alert)
		}
	}
}

// surging is that all is well, and that from a time on a rule refuses so many in a minute, which had no series before.
func surging(from time.Duration, perMinute float64) []series {
	return append(well(), series{
		name: `batchgate_findings_total{namespace="batchgate-system",pod="a",rule="image-pinned",mode="enforce"}`, from: from,
		value: func(now time.Duration) float64 { return 1 + perMinute*(now-from).Minutes() },
	})
}

// A rule that is new has nothing but its own surge to be compared with, which is not to make the surge usual.
func TestTheSurgeOfANewRuleIsToldOfForTwoHours(t *testing.T) {
	t.Parallel()
	rule, from := ruleOf(t, "BatchgateDenialSurge"), 26*time.Hour+time.Minute
	for _, perMinute := range []float64{1.5, 5, 20, 100} {
		for minutes := 22; minutes <= 150; minutes += 4 {
			fires := strings.Join(firing(t, rule, from+time.Duration(minutes)*time.Minute, surging(from, perMinute)), " ")
			if !strings.Contains(fires, `rule="image-pinned"`) {
				t.Errorf("%v in a minute, minute %d: it does not fire", perMinute, minutes)
			}
		}
	}
}

// The first six hours of a gate, and what is refused evenly, at whatever age.
func TestWhatIsRefusedEvenlyIsNoSurge(t *testing.T) {
	t.Parallel()
	rule := ruleOf(t, "BatchgateDenialSurge")
	for _, perMinute := range []float64{1.5, 5, 100} {
		for _, age := range []time.Duration{time.Minute, 20 * time.Minute, time.Hour, 5 * time.Hour, 6*time.Hour + 2*time.Minute, 7 * time.Hour, 23 * time.Hour, 26 * time.Hour, 40 * time.Hour} {
			for _, minute := range []time.Duration{0, 7} { // of the windows, which begin with the hour
				at := 48*time.Hour + minute*time.Minute
				if fires := firing(t, rule, at, young(at, age, growing(perMinute/60))); len(fires) > 0 {
					t.Errorf("%v in a minute, installed %s ago: %v", perMinute, age, fires)
				}
			}
		}
	}
}

func TestNoSurgeIsToldOfInTheFirstSixHours(t *testing.T) {
	t.Parallel()
	rule, at := ruleOf(t, "BatchgateDenialSurge"), 48*time.Hour
	for _, age := range []time.Duration{10 * time.Minute, time.Hour, 3 * time.Hour, 5*time.Hour + 50*time.Minute} {
		if fires := firing(t, rule, at, young(at, age, burst(age-8*time.Minute, 900))); len(fires) > 0 {
			t.Errorf("installed %s ago: %v", age, fires)
		}
	}
}
