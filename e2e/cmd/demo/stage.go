package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// stage is the cluster that the steps are played on.
type stage struct {
	root    string // of the checkout, where users stand
	binary  string // batchgate
	cluster *controlplane.ControlPlane
}

func startStage(ctx context.Context, out *paper, progress io.Writer, keep bool, kept *kept) (*stage, error) {
	s := &stage{}
	var err error
	if s.root, err = controlplane.Root(); err != nil {
		return nil, err
	}
	binaries, err := controlplane.Build(ctx, progress)
	if err != nil {
		return nil, err
	}
	if s.binary, err = controlplane.BuildGate(ctx, kept.dir, progress); err != nil {
		return nil, err
	}
	options := controlplane.Options{Detach: keep}
	if keep {
		options.Dir = kept.cluster()
	}
	started := time.Now()
	if s.cluster, err = controlplane.Start(ctx, binaries, options); err != nil {
		return nil, err
	}
	out.done("etcd, kube-apiserver and kube-controller-manager "+binaries.Version+" are running", time.Since(started))
	started = time.Now()
	if _, err := s.cluster.InstallGate(ctx, controlplane.GateOptions{
		Binary: s.binary,
		Args:   []string{"--drain=0s"}, // no other replica takes over; nobody wants to wait
	}); err != nil {
		return nil, errors.Join(fmt.Errorf("installing batchgate: %w", err), s.cluster.Stop())
	}
	out.done("batchgate is installed: kubectl apply -k manifests/", time.Since(started))
	return s, nil
}

func (s *stage) stop(out *paper) error {
	started := time.Now()
	if err := s.cluster.Stop(); err != nil {
		return err
	}
	out.done("everything that was started is stopped", time.Since(started))
	return nil
}
