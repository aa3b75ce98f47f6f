package reload

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/e2e/traffic"
	"github.com/batchgate/batchgate/e2e/world"
)

// smallJobs is a rule that loads.
const smallJobs = `# METADATA
# title: Jobs are small
# description: A Job that runs many Pods at once starves others.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["small-jobs"]

deny contains {"field": ["job", "spec", "parallelism"], "msg": "is more than 3"} if input.job.spec.parallelism > 3
`

// mostResident is what a replica may have resident while hostile sets are tried: 512 MiB is what the shipped Deployment
// allows for it and the process of the trial, which may take 225.
const mostResident = 280 << 20

// hostileSet is a file to lay beside a policy that loads, and what is said of it.
type hostileSet struct {
	file, text, told string
	slow             bool
}

func hostileSets() map[string]hostileSet {
	const rule, test = "rules/small-jobs/small-jobs.rego", "rules/small-jobs/small-jobs_test.rego"
	doubling := smallJobs + "\n_x0 := {\"a\": 1}\n"
	for i := 1; i < 40; i++ {
		doubling += fmt.Sprintf("\n_x%d := {\"a\": _x%d, \"b\": _x%d}\n", i, i-1, i-1)
	}
	doubling += "\ndeny contains {\"field\": [\"job\"], \"msg\": \"is odd\"} if _x39.a.a == 7\n"
	nested := smallJobs + "\n_n := " + strings.Repeat("[1 | ", 3000) + "true" + strings.Repeat("]", 3000) + "\n"
	long := "package batchgate.rules_test[\"small-jobs\"]\n\ntest_it if count(numbers.range(1, 50000000)) > 0\n"
	return map[string]hostileSet{
		"rules that double":                {file: rule, text: doubling, told: "take more than 225 MiB to load"},
		"a test that makes a long array":   {file: test, text: long, told: "take more than 225 MiB to load"},
		"comprehensions in comprehensions": {file: rule, text: nested, told: "were not loaded within 45s", slow: true},
	}
}

// TestASetThatTakesAllMemoryOrNeverEndsCostsNobodyAnAnswer puts such sets into the mount, one after the other, and at last
// one that is right.
func TestASetThatTakesAllMemoryOrNeverEndsCostsNobodyAnAnswer(t *testing.T) {
	volume, replicas := guard(t)
	namespace, err := shared.Client().CoreV1().Namespaces().Create(t.Context(),
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "hostile-sets-"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	before := identities(t, replicas)
	var filled, warned tallies
	load, err := traffic.StartLoad(t.Context(), shared.ControlPlane, requests(namespace.Name, &filled, &warned), rate/4)
	if err != nil {
		t.Fatal(err)
	}
	for name, set := range hostileSets() {
		if set.slow && !*long {
			continue
		}
		files := policy(2).files()
		maps.Copy(files, map[string][]byte{"rules/small-jobs/small-jobs.rego": []byte(smallJobs)})
		files[set.file] = []byte(set.text)
		if err := volume.Put(files); err != nil {
			t.Fatal(err)
		}
		for i, gate := range replicas.Gates() {
			world.Eventually(t, 3*time.Minute, fmt.Sprintf("%s: replica %d tells it", name, i), func(context.Context) error {
				if !strings.Contains(gate.Log(), set.told) {
					return errors.New("its log does not say " + set.told)
				}
				return nil
			})
		}
	}
	if now := identities(t, replicas); now != before {
		t.Errorf("in force is %q, expected %q to stay", now, before)
	}
	for i, gate := range replicas.Gates() {
		if most := resident(t, gate.Pid()); most > mostResident {
			t.Errorf("replica %d: had %d MiB resident, expected at most %d", i, most>>20, mostResident>>20)
		}
	}
	if err := volume.Put(policy(2).files()); err != nil {
		t.Fatal(err)
	}
	for i, gate := range replicas.Gates() {
		world.Eventually(t, time.Minute, fmt.Sprintf("replica %d: the set that is right is in force", i), func(ctx context.Context) error {
			name, err := gate.MetricLabel(ctx, "batchgate_policy_info", "name")
			if err != nil || name != "policy-b" {
				return fmt.Errorf("%s is in force, expected policy-b (%w)", name, err)
			}
			return nil
		})
	}
	result, err := load.Stop()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(result)
	if err := result.Clean(); err != nil {
		t.Error(err)
	}
}

// resident is the most that a process had resident, in bytes.
func resident(t *testing.T, pid int) (most int64) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if value, found := strings.CutPrefix(line, "VmHWM:"); found {
			if _, err := fmt.Sscanf(value, "%d kB", &most); err != nil {
				t.Fatal(err)
			}
		}
	}
	return most << 10
}
