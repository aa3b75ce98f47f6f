package conformance

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/life"
)

const (
	focus   = `\[sig-apps\] (CronJob|Job)`
	workers = 8 // most cases wait for a minute to pass

	// What the cases about gangs of Pods need; off by default. Both runs have it.
	featureGates = "GenericWorkload=true,WorkloadWithJob=true"
	groups       = "scheduling.k8s.io/v1beta1=true,scheduling.k8s.io/v1alpha3=true"
)

// Options of a comparison.
type Options struct {
	Dir      string // for the logs and reports of both runs
	Only     string // a regular expression for names of cases; "" is all that are about Jobs and CronJobs
	Progress io.Writer
}

// Report is what became of every case.
type Report struct {
	Version string // of Kubernetes
	Rows    []Row
	Took    time.Duration
	Unused  []string // explanations of cases that there are not
}

// Compare runs every case without the gate and with it.
func Compare(ctx context.Context, options Options) (Report, error) {
	start := time.Now()
	binaries, err := controlplane.Build(ctx, options.Progress)
	if err != nil {
		return Report{}, err
	}
	programs, err := controlplane.BuildSuite(ctx, options.Progress)
	if err != nil {
		return Report{}, err
	}
	run := &run{Options: options, binaries: binaries, programs: programs}
	without, err := run.all(ctx, "without", nil)
	if err != nil {
		return Report{}, err
	}
	with, err := run.all(ctx, "with", &controlplane.GateOptions{Policy: "recommended"})
	if err != nil {
		return Report{}, err
	}
	rows := compare(without, with, explained())
	report := Report{Version: binaries.Version, Rows: rows, Took: time.Since(start)}
	if options.Only == "" {
		report.Unused = unused(rows, explained())
	}
	return report, nil
}

// run is what both runs share.
type run struct {
	Options
	binaries, programs controlplane.Binaries
}

// all runs every case on a cluster of its own, with a gate when there are options for one.
func (r *run) all(ctx context.Context, name string, gate *controlplane.GateOptions) (results []Result, err error) {
	c, err := controlplane.Start(ctx, r.binaries, controlplane.Options{
		// Some cases share a directory of the node, for which their Pods are privileged, as clusters allow.
		APIServerArgs:  []string{"--allow-privileged", "--feature-gates=" + featureGates, "--runtime-config=" + groups},
		ControllerArgs: []string{"--feature-gates=" + featureGates},
	})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.Stop()) }()
	stop, err := life.Start(ctx, c, r.programs, featureGates, "node-a", "node-b")
	if err != nil {
		return nil, err
	}
	defer stop()
	if gate != nil {
		if _, err := c.InstallGate(ctx, *gate); err != nil {
			return nil, err
		}
	}
	s := suite{
		binary:     filepath.Join(r.programs.Dir, "e2e.test"),
		kubeconfig: c.Kubeconfig(),
		dir:        filepath.Join(r.Dir, name),
	}
	only := focus
	if r.Only != "" {
		only = r.Only
	}
	cases, err := s.cases(ctx, only)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(r.Progress, "%d cases %s the gate\n", len(cases), name)
	return r.each(ctx, c, s, cases)
}

// each runs the cases several at a time and those that need the cluster for themselves afterwards.
func (r *run) each(ctx context.Context, c *controlplane.ControlPlane, s suite, cases []string) ([]Result, error) {
	results := make([]Result, len(cases))
	var progress sync.Mutex
	try := func(ctx context.Context, i int) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		result, namespaces, err := s.try(ctx, i, cases[i])
		if err != nil {
			return err
		}
		if result.Asked, err = askedIn(c, namespaces); err != nil {
			return err
		}
		results[i] = result
		progress.Lock()
		defer progress.Unlock()
		fmt.Fprintf(r.Progress, "  %-8s %4.0fs  %s\n", result.Outcome, result.Took.Seconds(), short(result.Case))
		return nil
	}
	group, bounded := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for i, name := range cases {
		if !alone(name) {
			group.Go(func() error { return try(bounded, i) })
		}
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	for i, name := range cases {
		if alone(name) {
			if err := try(ctx, i); err != nil {
				return nil, err
			}
		}
	}
	return results, nil
}

func alone(name string) bool {
	return strings.Contains(name, "[Serial]") || strings.Contains(name, "[Disruptive]")
}
