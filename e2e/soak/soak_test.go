package soak

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"go.uber.org/goleak"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/traffic"
)

var duration = flag.Duration("duration", time.Minute, "how long the soak takes")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// How often what happens.
const (
	rate        = 50 // requests a second
	sampleEvery = 5 * time.Second
	policyEvery = 10 * time.Second
	leafEvery   = time.Minute
	caEvery     = 5 * time.Minute
	cutEvery    = 90 * time.Second
)

func TestNothingGrowsAndNothingIsLost(t *testing.T) {
	long := *duration >= 15*time.Minute
	binaries, err := controlplane.Build(t.Context(), os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	cluster, err := controlplane.Start(t.Context(), binaries, controlplane.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cluster.Stop(); err != nil {
			t.Error(err)
		}
	})
	policy, err := newVolume(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	replicas, err := traffic.StartReplicas(t.Context(), cluster, traffic.Options{
		Gate: controlplane.GateOptions{Policy: policy.Dir, Args: []string{"--drain=3s"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := replicas.Close(); err != nil {
			t.Error(err)
		}
	})
	mix, err := traffic.Recommended(t.Context(), cluster)
	if err != nil {
		t.Fatal(err)
	}
	first := certificates(t, replicas)
	load, err := traffic.StartLoad(t.Context(), cluster, mix, rate)
	if err != nil {
		t.Fatal(err)
	}
	year := &year{cluster: cluster, replicas: replicas, policy: policy, growth: make([]growth, len(replicas.Gates()))}
	pass := year.pass(t.Context(), *duration)
	result, err := load.Stop()
	if err := errors.Join(pass, err); err != nil {
		t.Fatal(err)
	}
	t.Log(result)
	t.Logf("%d policies, %d certificates, %d CAs, %d cuts; %d requests were in flight at a cut", policy.changes, year.leaves,
		year.cas, len(year.cuts), len(result.Bad)-len(result.WithoutCut(year.cuts).Bad))
	for i, bad := range result.WithoutCut(year.cuts).Bad {
		if i < 5 {
			t.Errorf("%s %.1fs after the start: %s: %s", bad.Class, bad.Sent.Sub(result.Began).Seconds(), bad.Request, bad.Got)
		}
	}
	for i, gate := range replicas.Gates() {
		year.growth[i].judge(t, i, min(*duration/4, 5*time.Minute), long)
		loaded, err := gate.Metric(t.Context(), "batchgate_policy_loads_total", "result=loaded")
		if err != nil {
			t.Error(err)
		}
		if least := float64(policy.changes) * 0.8; loaded < least {
			t.Errorf("replica %d loaded %.0f policies of %d, expected %.0f at least", i, loaded, policy.changes, least)
		}
	}
	for i, now := range certificates(t, replicas) {
		if now == first[i] {
			t.Errorf("replica %d serves its first certificate, expected another", i)
		}
	}
}

// year is what happens to the replicas.
type year struct {
	cluster     *controlplane.ControlPlane
	replicas    *traffic.Replicas
	policy      *volume
	growth      []growth
	leaves, cas int
	cuts        []time.Time
}

// pass lets it happen, and samples.
func (y *year) pass(ctx context.Context, duration time.Duration) error {
	began := time.Now()
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	end := time.NewTimer(duration)
	defer end.Stop()
	events := []struct {
		every, due time.Duration
		happen     func(context.Context) error
	}{
		{every: policyEvery, happen: func(context.Context) error { return y.policy.change() }},
		{every: caEvery, due: 10 * time.Second, happen: y.newCA},
		{every: leafEvery, due: 30 * time.Second, happen: y.newLeaf},
		{every: cutEvery, due: 40 * time.Second, happen: y.cut},
	}
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-end.C:
			return nil
		case <-tick.C:
		}
		at := time.Since(began)
		for i := range events {
			if each := &events[i]; at >= each.due {
				each.due += each.every
				if err := each.happen(ctx); err != nil {
					return err
				}
			}
		}
		for i, gate := range y.replicas.Gates() {
			if err := y.growth[i].sample(ctx, gate, at); err != nil {
				return fmt.Errorf("replica %d: %w", i, errors.Join(err, gate.Running()))
			}
		}
	}
}

func (y *year) newLeaf(ctx context.Context) error {
	y.leaves++
	return y.annotate(ctx, "batchgate.dev/rotate-leaf", y.leaves)
}

func (y *year) newCA(ctx context.Context) error {
	y.cas++
	return y.annotate(ctx, "batchgate.dev/rotate", y.cas)
}

// annotate asks for a rotation as a person would.
func (y *year) annotate(ctx context.Context, key string, value int) error {
	patch := fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, key, strconv.Itoa(value))
	_, err := y.cluster.Client().CoreV1().Secrets("batchgate-system").Patch(ctx, "batchgate-ca", types.MergePatchType,
		[]byte(patch), metav1.PatchOptions{})
	return err
}

func (y *year) cut(context.Context) error {
	y.cuts = append(y.cuts, time.Now())
	y.replicas.Forwarder().Cut()
	return nil
}

// certificates are what the replicas serve.
func certificates(t *testing.T, replicas *traffic.Replicas) []string {
	t.Helper()
	var all []string
	for _, gate := range replicas.Gates() {
		// Only looked at; nothing is believed on its strength.
		conn, err := tls.Dial("tcp", "127.0.0.1:"+strconv.Itoa(gate.Port), &tls.Config{InsecureSkipVerify: true})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, conn.ConnectionState().PeerCertificates[0].SerialNumber.String())
		conn.Close()
	}
	return all
}
