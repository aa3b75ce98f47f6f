package controlplane

import (
	"context"
	"io"
)

// suiteModule pins Kubernetes' own e2e suite and what its Pods need, at the version of the control plane.
const suiteModule = "e2e/tools/conformance"

// BuildSuite makes sure that kube-scheduler, kwok and e2e.test, Kubernetes' own e2e suite, exist in the user's cache
// directory, as Build does for the control plane. Nothing but the conformance run needs them.
func BuildSuite(ctx context.Context, progress io.Writer) (Binaries, error) {
	return kit{
		module:   suiteModule,
		title:    "kube-scheduler and the e2e suite of Kubernetes %s, and kwok",
		beside:   "sigs.k8s.io/kwok",
		programs: suitePrograms,
	}.binaries(ctx, progress)
}

func suitePrograms(kubernetes string) ([]program, error) {
	flags, err := versionFlags(kubernetes)
	if err != nil {
		return nil, err
	}
	return []program{
		{"kube-scheduler", "k8s.io/kubernetes/cmd/kube-scheduler", flags},
		{"kwok", "sigs.k8s.io/kwok/cmd/kwok", "-s -w"},
		{"e2e.test", "k8s.io/kubernetes/test/e2e", flags},
	}, nil
}
