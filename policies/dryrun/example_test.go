package dryrun_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/batchgate/batchgate/policies/dryrun"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
)

// A program of one's own judges a manifest as the cluster would: what is filled in,
// what is refused and why. The Judge may be kept and used by many goroutines.
func Example() {
	set, err := source.Load("recommended") // or a policy.yaml, or a directory
	if err != nil {
		log.Fatal(err)
	}
	policy, _, err := engine.Tried(context.Background(), set.Catalogue, set.Policy)
	if err != nil {
		log.Fatal(err)
	}
	judge := dryrun.New(policy, dryrun.Options{Namespace: "shop", Now: time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)})
	result, err := judge.Create(context.Background(), []byte(`{
	  "apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "report"},
	  "spec": {"backoffLimit": 50, "template": {"spec": {"restartPolicy": "Never",
	    "containers": [{"name": "main", "image": "registry.example.com/report:1.2.3"}]}}}
	}`))
	if err != nil {
		log.Fatal(err) // there is no answer
	}
	for _, change := range result.Mutation.Changes {
		fmt.Printf("filled in: %s: %s\n", change.Field, change.To)
	}
	for _, finding := range result.Verdict.Enforced() {
		fmt.Println("refused:", finding.Sentence())
	}
	fmt.Println("by:", result.Refused())
	// Output:
	// filled in: spec.template.spec.containers[0].resources.limits.cpu: "1"
	// filled in: spec.template.spec.containers[0].resources.limits.memory: "1Gi"
	// filled in: spec.template.spec.containers[0].resources.requests.cpu: "100m"
	// filled in: spec.template.spec.containers[0].resources.requests.memory: "128Mi"
	// filled in: spec.ttlSecondsAfterFinished: 86400
	// refused: spec.backoffLimit is 50, the most allowed is 10
	// by: policy
}
