package webhook

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/engine"
)

// Metrics are the gate's own, in a registry of their own. No label holds what
// an author or a tenant can write.
type Metrics struct {
	registry *prometheus.Registry
	reviews  *prometheus.CounterVec
	duration map[path]prometheus.Observer
	findings *prometheus.CounterVec
	fills    *prometheus.CounterVec
	problems *prometheus.CounterVec
	panics   prometheus.Counter
	shed     *prometheus.CounterVec
	overruns prometheus.Counter
	inFlight prometheus.Gauge

	abandoned     prometheus.Gauge
	heapCancelled prometheus.Counter
	tlsRejected   *prometheus.CounterVec
	loads         *prometheus.CounterVec
	loadSuccess   prometheus.Gauge
	lastSuccess   prometheus.Gauge
	events        *prometheus.CounterVec

	connectionsDisplaced prometheus.Counter
}

// NewMetrics registers everything that the handler counts.
func NewMetrics() *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	duration := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name:    "batchgate_review_duration_seconds",
		Help:    "Time from the request's header to the answer.",
		Buckets: []float64{.00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
	}, []string{"path"})
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		reviews:  counter("batchgate_reviews_total", "Reviews by what was answered.", "path", "outcome"),
		duration: map[path]prometheus.Observer{
			mutating:   duration.WithLabelValues(string(mutating)),
			validating: duration.WithLabelValues(string(validating)),
		},
		findings: counter("batchgate_findings_total", "Findings by rule and by what they did: enforce, warn or audit.", "rule", "mode"),
		fills:    counter("batchgate_fills_total", "Fields filled in, by rule.", "rule"),
		problems: counter("batchgate_policy_problems_total", "Rules that erred or disagreed while filling in.", "rule"),
		panics:   prometheus.NewCounter(prometheus.CounterOpts{Name: "batchgate_panics_total", Help: "Panics while answering, each one failed call."}),
		shed:     counter("batchgate_shed_total", "Reviews answered with 503 before they were judged: busy, memory, slow or abandoned.", "reason"),
		overruns: prometheus.NewCounter(prometheus.CounterOpts{Name: "batchgate_deadline_overruns_total", Help: "Reviews that were not judged before their deadline."}),

		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{Name: "batchgate_reviews_in_flight", Help: "Requests that are being read, judged or answered."}),

		abandoned:     prometheus.NewGauge(prometheus.GaugeOpts{Name: "batchgate_abandoned_evaluations", Help: "Evaluations that run on after their review was answered."}),
		heapCancelled: prometheus.NewCounter(prometheus.CounterOpts{Name: "batchgate_heap_cancellations_total", Help: "Reviews given up because the heap came close to the memory limit."}),
		tlsRejected:   counter("batchgate_tls_rejected_total", "Callers refused by their client certificate, by reason.", "reason"),
		loads:         counter("batchgate_policy_loads_total", "Attempts to load the policy: loaded, failed or unchanged.", "result"),
		loadSuccess:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "batchgate_policy_last_load_success", Help: "1 when the files of the policy are in force, 0 when they do not load."}),
		lastSuccess:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "batchgate_policy_last_success_timestamp_seconds", Help: "When the files of the policy were last found to load, in Unix time."}),
		events:        counter("batchgate_events_total", "Events about Jobs and about the gate: sent, repeated, dropped or failed.", "result"),

		connectionsDisplaced: prometheus.NewCounter(prometheus.CounterOpts{Name: "batchgate_connections_displaced_total", Help: "Connections closed because there were more than there may be."}),
	}
	m.registry.MustRegister(m.reviews, duration, m.findings, m.fills, m.problems, m.panics, m.shed, m.overruns, m.inFlight,
		m.abandoned, m.heapCancelled, m.tlsRejected, m.loads, m.loadSuccess, m.lastSuccess, m.events, m.connectionsDisplaced,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	// What has never happened is 0, so that the first time is an increase.
	for _, reason := range []string{"busy", "memory", "slow", "abandoned"} {
		m.shed.WithLabelValues(reason)
	}
	return m
}

// Registry is where everything is registered.
func (m *Metrics) Registry() *prometheus.Registry { return m.registry }

func (m *Metrics) reviewed(p path, a answer, took time.Duration) {
	m.reviews.WithLabelValues(string(p), a.outcome).Inc()
	m.duration[p].Observe(took.Seconds())
}

// PolicyLoad counts one attempt to load the policy, at a time: loaded, failed or
// unchanged.
func (m *Metrics) PolicyLoad(result string, at time.Time) {
	m.loads.WithLabelValues(result).Inc()
	if result == "failed" {
		m.loadSuccess.Set(0)
		return
	}
	m.loadSuccess.Set(1)
	m.lastSuccess.Set(float64(at.Unix()))
}

// Enforced begins to count what rules refuse that may: a first refusal is an
// increase of what was 0, or whatever comes before the next scrape is lost.
func (m *Metrics) Enforced(rules []string) {
	for _, rule := range rules {
		m.findings.WithLabelValues(rule, string(config.Enforce))
	}
}

// Event counts what became of one Event: sent, repeated, dropped or failed.
func (m *Metrics) Event(result string) { m.events.WithLabelValues(result).Inc() }

func (m *Metrics) mutated(mu engine.Mutation) {
	for _, c := range mu.Changes {
		m.fills.WithLabelValues(c.Rule).Inc()
	}
	for _, p := range mu.Problems {
		for _, rule := range p.Rules {
			m.problems.WithLabelValues(rule).Inc()
		}
	}
}

func (m *Metrics) validated(v engine.Verdict) {
	for _, f := range v.Findings {
		m.findings.WithLabelValues(f.Rule, string(f.Effective())).Inc()
	}
}
