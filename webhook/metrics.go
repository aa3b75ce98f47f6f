package webhook

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

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
	shed     prometheus.Counter
	overruns prometheus.Counter
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
		shed:     prometheus.NewCounter(prometheus.CounterOpts{Name: "batchgate_shed_total", Help: "Reviews answered with 503 because too many were held."}),
		overruns: prometheus.NewCounter(prometheus.CounterOpts{Name: "batchgate_deadline_overruns_total", Help: "Reviews that were not judged before their deadline."}),
	}
	m.registry.MustRegister(m.reviews, duration, m.findings, m.fills, m.problems, m.panics, m.shed, m.overruns,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Registry is where everything is registered.
func (m *Metrics) Registry() *prometheus.Registry { return m.registry }

// Policy publishes which policy is in force.
func (m *Metrics) Policy(id engine.Identity) {
	info := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "batchgate_policy_info",
		Help:        "The policy in force; always 1.",
		ConstLabels: prometheus.Labels{"name": id.Name, "digest": id.Digest},
	})
	info.Set(1)
	m.registry.MustRegister(info)
}

// Certificate publishes when a certificate ("leaf", "ca") expires, as Unix
// seconds; the zero time is 0.
func (m *Metrics) Certificate(name string, notAfter func() time.Time) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name:        "batchgate_certificate_not_after_seconds",
		Help:        "When the serving certificate and its CA expire, in Unix time.",
		ConstLabels: prometheus.Labels{"certificate": name},
	}, func() float64 {
		if t := notAfter(); !t.IsZero() {
			return float64(t.Unix())
		}
		return 0
	}))
}

func (m *Metrics) reviewed(p path, a answer, took time.Duration) {
	m.reviews.WithLabelValues(string(p), a.outcome).Inc()
	m.duration[p].Observe(took.Seconds())
}

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
