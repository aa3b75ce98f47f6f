package hostile

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/mount"
	"github.com/batchgate/batchgate/e2e/pki"
	"github.com/batchgate/batchgate/e2e/traffic"
	"github.com/batchgate/batchgate/e2e/world"
)

var long = flag.Bool("long", false, "run the long form of each test")

// guarded is a control plane whose API server shows the gate a certificate, and the gate that asks for it.
type guarded struct {
	*world.World
	dir    string       // of certificates and configuration
	shown  int          // certificates of the API server
	old    *pki.CA      // of the certificate that the API server shows at first
	trusts *mount.Mount // what the gate trusts
	port   int          // of the gate
	gate   *controlplane.Gate
}

var shared *guarded

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(testMain(m))
}

func testMain(m *testing.M) (code int) {
	dir, err := os.MkdirTemp("", "batchgate-hostile-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	options, err := prepare(dir)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return world.Run(m, options, start)
}

// prepare writes what the API server needs to show a certificate.
func prepare(dir string) (options controlplane.Options, err error) {
	w := &guarded{dir: dir}
	if w.old, err = pki.NewCA("clients of before"); err != nil {
		return options, err
	}
	if err := w.shows(w.old); err != nil {
		return options, err
	}
	if w.trusts, err = mount.New(filepath.Join(dir, "client-ca"), bundle(w.old)); err != nil {
		return options, err
	}
	if w.port, err = freePort(); err != nil {
		return options, err
	}
	config, err := w.admission(w.port)
	shared = w
	return controlplane.Options{WithoutControllers: true, APIServerArgs: []string{"--admission-control-config-file=" + config}}, err
}

// start installs the gate.
func start(ctx context.Context, w *world.World) (err error) {
	shared.World = w
	shared.gate, err = w.InstallGate(ctx, controlplane.GateOptions{
		Binary: w.Binary, Port: shared.port, Args: []string{"--drain=0s", "--client-ca=" + shared.trusts.File("ca.crt")},
	})
	return err
}

// shows makes the API server show a certificate of this CA on connections that it opens from now on.
func (w *guarded) shows(by *pki.CA) error {
	cert, key, err := by.Client("kube-apiserver", time.Hour)
	if err != nil {
		return err
	}
	w.shown++
	version := fmt.Sprintf("shown-%d", w.shown)
	if err := os.Mkdir(filepath.Join(w.dir, version), 0o755); err != nil {
		return err
	}
	return errors.Join(
		replace(filepath.Join(w.dir, version, "tls.crt"), cert), replace(filepath.Join(w.dir, version, "tls.key"), key),
		link(version, filepath.Join(w.dir, "shown")), // both in one step
	)
}

// admission writes what kube-apiserver reads with --admission-control-config-file: the certificate that it shows to
// webhooks of this Service. A Service with another port than 443 is named with it.
func (w *guarded) admission(port int) (path string, err error) {
	kubeconfig := filepath.Join(w.dir, "webhooks.kubeconfig")
	path = filepath.Join(w.dir, "admission.yaml")
	user := fmt.Sprintf(`apiVersion: v1
kind: Config
users:
  - name: batchgate.batchgate-system.svc:%d
    user:
      client-certificate: %s
      client-key: %s
`, port, filepath.Join(w.dir, "shown", "tls.crt"), filepath.Join(w.dir, "shown", "tls.key"))
	config := "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins:\n"
	for _, plugin := range []string{"MutatingAdmissionWebhook", "ValidatingAdmissionWebhook"} {
		config += fmt.Sprintf(`  - name: %s
    configuration:
      apiVersion: apiserver.config.k8s.io/v1
      kind: WebhookAdmissionConfiguration
      kubeConfigFile: %s
`, plugin, kubeconfig)
	}
	return path, errors.Join(replace(kubeconfig, []byte(user)), replace(path, []byte(config)))
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// clean ends a load, none of whose answers may be wrong or missing.
func clean(t *testing.T, l *traffic.Load) traffic.Result {
	t.Helper()
	result, err := l.Stop()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(result)
	if err := result.Clean(); err != nil {
		t.Error(err)
	}
	return result
}

// answered waits for so many answers more.
func answered(t *testing.T, l *traffic.Load, more int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if err := l.WaitFor(ctx, l.Counts().Answered()+more); err != nil {
		t.Fatal(err)
	}
}

// metric is the sum of the series of a metric of the gate.
func metric(t *testing.T, name string, labels ...string) float64 {
	t.Helper()
	value, err := shared.gate.Metric(t.Context(), name, labels...)
	if err != nil {
		t.Fatal(err)
	}
	return value
}
