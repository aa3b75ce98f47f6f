package rotation

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/certs"
	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/traffic"
)

// TestTheSourceOfCertificatesIsChangedUnderRequests goes to and fro: the second time the Secrets of the source that comes are
// left from the first.
func TestTheSourceOfCertificatesIsChangedUnderRequests(t *testing.T) {
	startCertManager(t)
	selfSigned := controlplane.GateOptions{Args: []string{"--drain=3s"}}
	byCertManager := controlplane.GateOptions{Overlay: "overlays/cert-manager", Args: []string{"--drain=3s", "--certs=cert-manager"}}
	g := guardAll(t, traffic.Options{Prepare: func(_ int, o *controlplane.GateOptions) { o.Args = selfSigned.Args }})
	for n, to := range []controlplane.GateOptions{byCertManager, selfSigned, byCertManager, selfSigned} {
		if n == 2 { // the runbook says so: cainjector would copy it before anybody starts who could mend it
			secrets := shared.Client().CoreV1().Secrets(namespace)
			if err := secrets.Delete(t.Context(), certs.TrustSecretName, metav1.DeleteOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		before := g.all(t)
		if err := shared.Apply(t.Context(), g.Forwarder().Port(), to); err != nil {
			t.Fatal(err)
		}
		for i, gate := range g.Gates() {
			gate.Reconfigure(to)
			if err := g.Restart(t.Context(), i); err != nil {
				t.Fatal(err)
			}
		}
		g.untilOthers(t, before, true)
		if err := g.load.WaitFor(t.Context(), g.load.Counts().Answered()+2*rate); err != nil {
			t.Fatal(err)
		}
	}
	g.clean(t, pick(1000, 3000))
}
