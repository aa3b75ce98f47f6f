package webhook

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/batchgate/batchgate/policies/engine"
)

// gauge publishes what value says when somebody asks.
func (m *Metrics) gauge(name, help string, labels prometheus.Labels, value func() float64) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: labels}, value))
}

// Build publishes which program this is.
func (m *Metrics) Build(version string) {
	m.gauge("batchgate_build_info", "The version of batchgate; always 1.", prometheus.Labels{"version": version},
		func() float64 { return 1 })
}

// Policy publishes which policy is in force: one series, none while there is no
// policy.
func (m *Metrics) Policy(identity func() engine.Identity) {
	m.registry.MustRegister(policyInfo(identity))
}

// policyInfo is a collector of the policy in force at the moment.
type policyInfo func() engine.Identity

func (p policyInfo) desc() *prometheus.Desc {
	return prometheus.NewDesc("batchgate_policy_info", "The policy in force; always 1.", []string{"name", "digest"}, nil)
}

// Describe is that of a prometheus.Collector.
func (p policyInfo) Describe(to chan<- *prometheus.Desc) { to <- p.desc() }

// Collect is that of a prometheus.Collector.
func (p policyInfo) Collect(to chan<- prometheus.Metric) {
	if id := p(); id != (engine.Identity{}) {
		to <- prometheus.MustNewConstMetric(p.desc(), prometheus.GaugeValue, 1, id.Name, id.Digest)
	}
}

// Certificate publishes since when a certificate ("leaf", "ca", "client-ca") is valid and
// when it expires, as Unix seconds; the zero time is 0. How much of a life is left is
// what an alert can be about: a leaf of seven days is renewed when others would be late.
func (m *Metrics) Certificate(name string, notBefore, notAfter func() time.Time) {
	seconds := func(at func() time.Time) func() float64 {
		return func() float64 {
			if t := at(); !t.IsZero() {
				return float64(t.Unix())
			}
			return 0
		}
	}
	labels := prometheus.Labels{"certificate": name}
	m.gauge("batchgate_certificate_not_before_seconds", "Since when the serving certificate, its CA and the CA of clients are valid, in Unix time.",
		labels, seconds(notBefore))
	m.gauge("batchgate_certificate_not_after_seconds", "When the serving certificate, its CA and the CA of clients expire, in Unix time.",
		labels, seconds(notAfter))
}

// Ready publishes whether the replica is ready to answer reviews.
func (m *Metrics) Ready(ready func() error) {
	m.gauge("batchgate_ready", "1 while the replica is ready, as /readyz says.", nil, func() float64 {
		if ready() != nil {
			return 0
		}
		return 1
	})
}

// CertificateState publishes whether something about the certificate is out of
// order, and by how much the local clock is ahead of the API server's.
func (m *Metrics) CertificateState(problem func() error, skew func() time.Duration) {
	m.gauge("batchgate_certificate_problem", "1 while something about the serving certificate is out of order.", nil, func() float64 {
		if problem() != nil {
			return 1
		}
		return 0
	})
	m.gauge("batchgate_clock_skew_seconds", "By how much the local clock is ahead of the API server's.", nil,
		func() float64 { return skew().Seconds() })
}
