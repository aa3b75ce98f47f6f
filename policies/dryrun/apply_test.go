package dryrun_test

import (
	"testing"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/dryrun"
)

func TestKubectlApplyDoesNotSendNulls(t *testing.T) {
	t.Parallel()
	for client, want := range map[apiserver.Client]dryrun.By{
		apiserver.Apply:           dryrun.Nobody,
		apiserver.Create:          dryrun.Kubernetes,
		apiserver.ServerSideApply: dryrun.Kubernetes,
	} {
		r := create(t, job(`"backofLimit":null`), dryrun.Options{Client: client})
		if r.Refused() != want {
			t.Errorf("%s: an unknown field that is null is refused by %q, want %q", client, r.Refused(), want)
		}
	}
}
