package availability

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/traffic"
	"github.com/batchgate/batchgate/e2e/world"
)

func TestTheGateOutlivesTheAPIServer(t *testing.T) {
	r := guard(t)
	l := shared.Load(t, rate)
	if err := l.WaitFor(t.Context(), 5*rate); err != nil {
		t.Fatal(err)
	}
	if err := stopped(t, l).Clean(); err != nil {
		t.Fatal(err)
	}
	before := make([]standing, 2)
	withoutConnections(t, r)
	for i := range before {
		before[i] = standingOf(t, r.Gate(i))
	}

	if err := shared.KillAPIServer(); err != nil {
		t.Fatal(err)
	}
	away := time.NewTimer(pick(3*time.Second, time.Minute))
	defer away.Stop()
	select {
	case <-away.C:
	case <-r.Gate(0).Ended():
		t.Fatal(r.Gate(0).Running())
	case <-r.Gate(1).Ended():
		t.Fatal(r.Gate(1).Running())
	}
	for i, gate := range r.Gates() {
		if err := sameStanding(before[i], standingOf(t, gate)); err != nil {
			t.Errorf("replica %d, without an API server: %v", i, err)
		}
	}
	if err := shared.RestartAPIServer(t.Context()); err != nil {
		t.Fatal(err)
	}
	back := time.Now()
	for i, gate := range r.Gates() {
		world.Eventually(t, 5*time.Second, fmt.Sprintf("replica %d is ready", i), gate.Ready)
	}
	t.Logf("ready %s after the API server", time.Since(back).Round(time.Millisecond))

	again := loadLike(t, l)
	if err := again.WaitFor(t.Context(), 5*rate); err != nil {
		t.Fatal(err)
	}
	if err := stopped(t, again).Clean(); err != nil {
		t.Error(err)
	}
	withoutConnections(t, r)
	for i, gate := range r.Gates() {
		world.Eventually(t, time.Minute, fmt.Sprintf("replica %d has as many goroutines as before", i), func(ctx context.Context) error {
			now, err := gate.Metric(ctx, "go_goroutines")
			t.Logf("replica %d: %v goroutines, %v before", i, now, before[i].goroutines)
			if err == nil && math.Abs(now-before[i].goroutines) > 5 {
				err = fmt.Errorf("%v, expected %v, 5 more or less", now, before[i].goroutines)
			}
			return err
		})
		if err := sameStanding(before[i], standingOf(t, gate)); err != nil {
			t.Errorf("replica %d, with the API server back: %v", i, err)
		}
	}
}

// withoutConnections takes away those that the API server keeps for later, of which each is a goroutine: how many there
// are depends on how many requests came at the same time. It returns when the number of goroutines stands still.
func withoutConnections(t *testing.T, r *traffic.Replicas) {
	t.Helper()
	r.Forwarder().Cut()
	for i, gate := range r.Gates() {
		last, same := -1.0, 0
		world.Eventually(t, time.Minute, fmt.Sprintf("replica %d is quiet", i), func(ctx context.Context) error {
			now, err := gate.Metric(ctx, "go_goroutines")
			if same++; err != nil || now != last {
				last, same = now, 0
			}
			if same < 5 {
				return errors.Join(err, fmt.Errorf("it has %v goroutines, and had others a moment ago", now))
			}
			return nil
		})
	}
}

// standing is what a replica keeps while the API server is away.
type standing struct {
	leaf       [32]byte
	policy     string
	goroutines float64
}

func standingOf(t *testing.T, gate *controlplane.Gate) standing {
	t.Helper()
	address := net.JoinHostPort("127.0.0.1", strconv.Itoa(gate.Port))
	// Only looked at; nothing is believed on its strength.
	conn, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	s := standing{leaf: sha256.Sum256(conn.ConnectionState().PeerCertificates[0].Raw)}
	if s.goroutines, err = gate.Metric(t.Context(), "go_goroutines"); err != nil {
		t.Fatal(err)
	}
	if s.policy, err = gate.MetricLabel(t.Context(), "batchgate_policy_info", "digest"); err != nil {
		t.Fatal(err)
	}
	return s
}

func sameStanding(before, now standing) error {
	switch {
	case now.leaf != before.leaf:
		return fmt.Errorf("it serves another certificate")
	case now.policy != before.policy:
		return fmt.Errorf("its policy is %q, expected %q", now.policy, before.policy)
	default:
		return nil
	}
}

// loadLike sends the same requests again.
func loadLike(t *testing.T, l *traffic.Load) *traffic.Load {
	t.Helper()
	again, err := traffic.StartLoad(t.Context(), shared.ControlPlane, l.Requests(), rate)
	if err != nil {
		t.Fatal(err)
	}
	return again
}
