package doctor

import (
	"context"
	"fmt"
	"time"

	"k8s.io/client-go/rest"
)

// Options of Run. Config is required.
type Options struct {
	Config         *rest.Config
	Namespace      string // of the gate
	Name           string // of its Deployment, Service and webhook configurations
	ProbeNamespace string // where a Job is tried that is not stored
	Now            func() time.Time
	Patience       Patience
}

// check is one thing that is looked at.
type check struct {
	name string
	look func(facts *facts, s *sheet)
}

func checks() []check {
	return []check{
		{"configurations", configurations},
		{"trust", trust},
		{"replicas", replicas},
		{"certificates", certificates},
		{"issuance", issuance},
		{"policy", policy},
		{"requests", requests},
		{"rights", rights},
		{"neighbours", neighbours},
	}
}

// Run examines the installation. The error is one that leaves nothing to look
// at: no API server answers.
func Run(ctx context.Context, o Options) (Report, error) {
	g, err := newGatherer(o)
	if err != nil {
		return Report{}, err
	}
	f, err := g.gather(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("API server %s: %w", o.Config.Host, err)
	}
	r := Report{Namespace: o.Namespace}
	for _, c := range checks() {
		s := &sheet{check: c.name}
		c.look(f, s)
		r.Findings = append(r.Findings, s.findings...)
	}
	return r, nil
}
