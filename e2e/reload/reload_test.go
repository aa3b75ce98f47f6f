package reload

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/mount"
	"github.com/batchgate/batchgate/e2e/traffic"
	"github.com/batchgate/batchgate/e2e/world"
)

var long = flag.Bool("long", false, "run the long form of each test")

const (
	rate    = 100 // requests a second
	reloads = 10  // a second
)

var shared *world.World

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(world.Run(m, controlplane.Options{}, func(_ context.Context, w *world.World) error {
		shared = w
		return nil
	}))
}

// policy is one of the two that are exchanged. All that it fills in and says is another than what the other one does.
type policy int

// The numbers of a policy.
func (p policy) ttl() int32     { return 1000 * int32(p) }
func (p policy) retries() int32 { return int32(p) }
func (p policy) most() int32    { return 10 * int32(p) }
func (p policy) longest() int32 { return 100_000 * int32(p) }
func (p policy) cpu() string    { return fmt.Sprintf("%d00m", p) }
func (p policy) memory() string { return fmt.Sprintf("%d00Mi", p) }
func (p policy) String() string { return string("?ab"[p]) }
func policies() [2]policy       { return [2]policy{1, 2} }
func other(p policy) policy     { return 3 - p }
func (p policy) files() map[string][]byte {
	return map[string][]byte{"policy.yaml": fmt.Appendf(nil, `apiVersion: batchgate.dev/v1alpha1
kind: BatchPolicy
metadata: {name: policy-%s}
extends: recommended
rules:
  ttl-after-finished: {mode: warn, fill: true, params: {seconds: %d, max: %d}}
  backoff-limit: {mode: warn, fill: true, params: {value: %d, max: %d}}
  resource-limits: {mode: warn, fill: true, params: {requests: {cpu: %s, memory: %s}, limits: {}}}
`, p, p.ttl(), p.longest(), p.retries(), p.most(), p.cpu(), p.memory())}
}

// tallies count the answers of each policy.
type tallies [3]atomic.Int64

// mixed says that an answer is of no one policy.
func (t *tallies) mixed(of func(policy) []string, got []string) string {
	for _, p := range policies() {
		if strings.Join(of(p), "\n") == strings.Join(got, "\n") {
			t[p].Add(1)
			return ""
		}
	}
	return fmt.Sprintf("%q, expected %q or %q", got, of(1), of(2))
}

// requests are one that is filled in and one that is warned of.
func requests(namespace string, filled, warned *tallies) []traffic.Request {
	silent := job()
	loud := job()
	loud.Spec.BackoffLimit, loud.Spec.TTLSecondsAfterFinished = new(int32(999)), new(int32(99_999_999))
	return []traffic.Request{
		{Name: "what is filled in is of one policy", Namespace: namespace, Resource: "jobs", Body: body(silent), Wrong: func(a traffic.Answer) string {
			got := &batchv1.Job{}
			if a.Refusal != nil {
				return a.Refusal.Message
			}
			if err := json.Unmarshal(a.Object, got); err != nil {
				return err.Error()
			}
			return filled.mixed(func(p policy) []string {
				return []string{fmt.Sprint(p.ttl()), fmt.Sprint(p.retries()), p.cpu(), p.memory()}
			}, numbers(got))
		}},
		{Name: "what is warned of is by one policy", Namespace: namespace, Resource: "jobs", Body: body(loud), Wrong: func(a traffic.Answer) string {
			if a.Refusal != nil {
				return a.Refusal.Message
			}
			var got []string
			for _, warning := range a.Warnings {
				if strings.Contains(warning, "(backoff-limit)") || strings.Contains(warning, "(ttl-after-finished)") {
					got = append(got, warning)
				}
			}
			return warned.mixed(func(p policy) []string {
				return []string{
					fmt.Sprintf("spec.backoffLimit is 999, the most allowed is %d (backoff-limit)", p.most()),
					fmt.Sprintf("spec.ttlSecondsAfterFinished keeps the finished Job for 99999999s, %ds is the longest allowed (ttl-after-finished)", p.longest()),
				}
			}, got)
		}},
	}
}

// numbers are what a policy filled in.
func numbers(job *batchv1.Job) []string {
	var got []string
	for _, n := range []*int32{job.Spec.TTLSecondsAfterFinished, job.Spec.BackoffLimit} {
		if n == nil {
			got = append(got, "none")
			continue
		}
		got = append(got, fmt.Sprint(*n))
	}
	requests := job.Spec.Template.Spec.Containers[0].Resources.Requests
	return append(got, requests.Cpu().String(), requests.Memory().String())
}

func job() *batchv1.Job {
	return &batchv1.Job{
		TypeMeta:   metav1.TypeMeta{APIVersion: "batch/v1", Kind: "Job"},
		ObjectMeta: metav1.ObjectMeta{GenerateName: "report-"},
		Spec: batchv1.JobSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever,
			Containers:    []corev1.Container{{Name: "main", Image: "registry.example.com/tools/report:1.4.2"}},
		}}},
	}
}

func body(job *batchv1.Job) []byte {
	text, err := json.Marshal(job)
	if err != nil {
		panic(err)
	}
	return text
}

// guard puts two replicas in front of the API server whose policy is mounted.
func guard(t *testing.T) (*mount.Mount, *traffic.Replicas) {
	t.Helper()
	volume, err := mount.New(filepath.Join(t.TempDir(), "policy"), policy(1).files())
	if err != nil {
		t.Fatal(err)
	}
	replicas, err := traffic.StartReplicas(t.Context(), shared.ControlPlane, traffic.Options{
		Gate: controlplane.GateOptions{Binary: shared.Binary, Policy: volume.Dir, Args: []string{"--drain=0s"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := replicas.Close(); err != nil {
			t.Error(err)
		}
	})
	return volume, replicas
}

func TestAPolicyThatIsExchangedTenTimesASecondAnswersEveryRequestWhole(t *testing.T) {
	answers := 1000
	if *long {
		answers = 3000
	}
	volume, replicas := guard(t)
	namespace, err := shared.Client().CoreV1().Namespaces().Create(t.Context(),
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "reload-"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	var filled, warned tallies
	load, err := traffic.StartLoad(t.Context(), shared.ControlPlane, requests(namespace.Name, &filled, &warned), rate)
	if err != nil {
		t.Fatal(err)
	}
	exchanged, began := 0, time.Now()
	tick := time.NewTicker(time.Second / reloads)
	defer tick.Stop()
	for p := policy(2); load.Counts().Answered() < answers; p = other(p) {
		<-tick.C
		if err := volume.Put(p.files()); err != nil {
			t.Fatal(err)
		}
		exchanged++
	}
	took := time.Since(began)
	result, err := load.Stop()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(result)
	if err := result.Clean(); err != nil {
		t.Error(err)
	}
	for i, gate := range replicas.Gates() {
		loaded, err := gate.Metric(t.Context(), "batchgate_policy_loads_total", "result=loaded")
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("replica %d: %.0f of %d exchanges in force, %.1f a second", i, loaded, exchanged, loaded/took.Seconds())
		if loaded < float64(exchanged)/2 {
			t.Errorf("replica %d: %.0f of %d exchanges were noticed", i, loaded, exchanged)
		}
		if failed, err := gate.Metric(t.Context(), "batchgate_policy_loads_total", "result=failed"); err != nil || failed > 0 {
			t.Errorf("replica %d: %.0f loads failed (%v)", i, failed, err)
		}
	}
	for _, p := range policies() {
		if filled[p].Load() == 0 || warned[p].Load() == 0 {
			t.Errorf("policy %s: %d answers filled in, %d warned of; expected both policies to be met", p, filled[p].Load(), warned[p].Load())
		}
	}
	t.Logf("filled in: a %d, b %d; warned of: a %d, b %d", filled[1].Load(), filled[2].Load(), warned[1].Load(), warned[2].Load())
}
