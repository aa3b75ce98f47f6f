package rotation

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"net"
	"os"
	"strconv"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/traffic"
	"github.com/batchgate/batchgate/e2e/world"
)

var long = flag.Bool("long", false, "run the long form of each test")

const (
	namespace = "batchgate-system"
	rate      = 100 // requests a second
	// patience is how long a new CA may take: it is trusted for a while before it signs.
	patience = 3 * time.Minute
)

// pick is the long value with -long and the short one without.
func pick(short, full int) int {
	if *long {
		return full
	}
	return short
}

var shared *world.World

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(world.Run(m, controlplane.Options{}, func(_ context.Context, w *world.World) error {
		shared = w
		return nil
	}))
}

// guarded is two replicas under load.
type guarded struct {
	*traffic.Replicas
	load *traffic.Load
	cuts []time.Time
}

// guard puts two replicas in front of the API server and sends requests until the test ends, all of which must be answered
// rightly.
func guard(t *testing.T, options controlplane.GateOptions) *guarded {
	t.Helper()
	return guardAll(t, traffic.Options{Gate: options})
}

// guardAll is guard for replicas that differ from those that are shipped by more than their command line.
func guardAll(t *testing.T, options traffic.Options) *guarded {
	t.Helper()
	options.Gate.Binary = shared.Binary
	options.Gate.Args = append(options.Gate.Args, "--drain=0s")
	replicas, err := traffic.StartReplicas(t.Context(), shared.ControlPlane, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := replicas.Close(); err != nil {
			t.Error(err)
		}
	})
	return &guarded{Replicas: replicas, load: shared.Load(t, rate)}
}

// cut makes the API server connect anew.
func (g *guarded) cut() {
	g.cuts = append(g.cuts, time.Now())
	g.Forwarder().Cut()
}

// clean ends the load, of at least so many requests, and holds it to its right answers.
func (g *guarded) clean(t *testing.T, atLeast int) {
	t.Helper()
	if err := g.load.WaitFor(t.Context(), atLeast); err != nil {
		t.Error(err)
	}
	result, err := g.load.Stop()
	if err != nil {
		t.Fatal(err)
	}
	rest := result.WithoutCut(g.cuts)
	t.Logf("%s; %d connections cut, %d requests in flight at a cut", result, len(g.cuts), len(result.Bad)-len(rest.Bad))
	if err := rest.Clean(); err != nil {
		t.Errorf("%v\n%s\n%s", err, g.Gate(0).Log(), g.Gate(1).Log())
	}
}

// served is the certificate of a replica.
func (g *guarded) served(t *testing.T, i int) *x509.Certificate {
	t.Helper()
	dialer := tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}} // who verifies it is the API server
	conn, err := dialer.DialContext(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(g.Gate(i).Port)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.(*tls.Conn).ConnectionState().PeerCertificates[0]
}

// all are the certificates of both replicas.
func (g *guarded) all(t *testing.T) []*x509.Certificate {
	t.Helper()
	return []*x509.Certificate{g.served(t, 0), g.served(t, 1)}
}

// untilOthers waits until both replicas serve another certificate than before, and of another CA where that is asked for.
func (g *guarded) untilOthers(t *testing.T, before []*x509.Certificate, otherCA bool) {
	t.Helper()
	world.Eventually(t, patience, "both replicas serve a new certificate", func(context.Context) error {
		for i, now := range g.all(t) {
			if now.SerialNumber.Cmp(before[i].SerialNumber) == 0 {
				return fmt.Errorf("replica %d serves the same certificate", i)
			}
			if otherCA && string(now.AuthorityKeyId) == string(before[i].AuthorityKeyId) {
				return fmt.Errorf("replica %d serves a certificate of the same CA", i)
			}
		}
		return nil
	})
}

// annotate asks the gate for a rotation as a person would.
func annotate(t *testing.T, secret, key, value string) {
	t.Helper()
	patch := fmt.Sprintf(`{"metadata":{"annotations":{%q:%q}}}`, key, value)
	_, err := shared.Client().CoreV1().Secrets(namespace).Patch(t.Context(), secret, types.MergePatchType, []byte(patch), metav1.PatchOptions{})
	if err != nil {
		t.Fatal(err)
	}
}
