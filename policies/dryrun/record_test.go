package dryrun_test

import (
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/dryrun"
)

// The evidence goes on saying that the author sent the record, so the gate would
// take its own for theirs when it is asked again.
func TestARecordThatSomebodySentSettles(t *testing.T) {
	t.Parallel()
	doc := strings.Replace(job(``), `"name":"report"`, `"name":"report","annotations":{"batchgate.dev/filled":"{\"spec.backoffLimit\":99}"}`, 1)
	for _, client := range []string{"apply", "ssa", "create"} {
		r := create(t, doc, dryrun.Options{Client: apiserver.Client(client)})
		filled, _ := at(t, r.Object, "metadata", "annotations", "batchgate.dev/filled").(string)
		if !strings.Contains(filled, `"spec.backoffLimit":4`) {
			t.Errorf("%s: the record is %s", client, filled)
		}
	}
}

func TestNobodyIsAskedAboutAnExcludedNamespace(t *testing.T) {
	t.Parallel()
	doc := strings.Replace(cronjob(`"backoffLimit":50`), `"containers"`, `"restartPolicy":"Never","containers"`, 1)
	r := create(t, doc, dryrun.Options{Namespace: "kube-system"})
	if r.Refused() != dryrun.Nobody || len(r.Audit()) > 0 || len(r.Child.Audit()) > 0 {
		t.Errorf("refused by %q, annotations %v and %v", r.Refused(), r.Audit(), r.Child.Audit())
	}
}
