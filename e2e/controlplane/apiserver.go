package controlplane

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
)

// auditPolicy records what tests ask about: every change of a Job or CronJob with its object before and after and the
// annotations of the webhooks, and who changed anything else.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: RequestResponse
    verbs: [create, update, patch, delete, deletecollection]
    resources: [{group: batch}]
  - level: Metadata
    verbs: [create, update, patch, delete, deletecollection]
    omitManagedFields: true
  - level: None
`

const apiServerName = "kube-apiserver"

// startAPIServer starts kube-apiserver as a cluster has it: RBAC, the default admission plugins, an audit log.
func (c *ControlPlane) startAPIServer(ctx context.Context) error {
	args, err := c.apiServerArgs()
	if err != nil {
		return err
	}
	if err := c.launch(apiServerName, append(args, c.options.APIServerArgs...)...); err != nil {
		return err
	}
	admin, err := c.authority.client("admin", "system:masters")
	if err != nil {
		return err
	}
	user, err := byCertificate(admin)
	if err != nil {
		return err
	}
	if err := writeKubeconfig(c.Kubeconfig(), c.server, c.authority.file(), user); err != nil {
		return err
	}
	if c.config, err = unlimited(c.Kubeconfig()); err != nil {
		return err
	}
	if c.client, err = kubernetes.NewForConfig(c.config); err != nil {
		return err
	}
	return c.waitForAPIServer(ctx)
}

// KillAPIServer ends kube-apiserver with kill -9. What it stored stays in etcd.
func (c *ControlPlane) KillAPIServer() error { return c.processes[c.apiServer()].kill() }

// RestartAPIServer starts kube-apiserver again as it was: with its port, its keys and what etcd holds. It returns when
// the API server is ready.
func (c *ControlPlane) RestartAPIServer(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	i := c.apiServer()
	if err := c.processes[i].stop(20 * time.Second); err != nil {
		return err
	}
	again, err := c.processes[i].start()
	if err != nil {
		return err
	}
	c.processes[i] = again
	return c.waitForAPIServer(ctx)
}

// apiServer is where kube-apiserver stands among the processes.
func (c *ControlPlane) apiServer() int {
	return slices.IndexFunc(c.processes, func(p *process) bool { return p.name == apiServerName })
}

func (c *ControlPlane) waitForAPIServer(ctx context.Context) error {
	return waitFor(ctx, "kube-apiserver is ready", c.processes, func(ctx context.Context) error {
		if answer, err := c.client.Discovery().RESTClient().Get().AbsPath("/readyz").DoRaw(ctx); err != nil {
			return fmt.Errorf("/readyz: %w: %s", err, answer)
		}
		_, err := c.client.CoreV1().Namespaces().Get(ctx, "default", metav1.GetOptions{})
		return err
	})
}

func (c *ControlPlane) apiServerArgs() ([]string, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	c.server = "https://" + loopback(port)
	pki := filepath.Join(c.dir, "pki")
	if err := os.MkdirAll(pki, 0o700); err != nil {
		return nil, err
	}
	if c.authority, err = newAuthority(pki); err != nil {
		return nil, err
	}
	serving, err := c.authority.serving("kube-apiserver", "kubernetes.default.svc")
	if err != nil {
		return nil, err
	}
	tokens, err := signingKey(pki)
	if err != nil {
		return nil, err
	}
	policy := filepath.Join(c.dir, "audit-policy.yaml")
	if err := os.WriteFile(policy, []byte(auditPolicy), 0o644); err != nil {
		return nil, err
	}
	return []string{
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", port),
		"--advertise-address=127.0.0.1",
		"--endpoint-reconciler-type=none", // a Service cannot point to loopback
		"--etcd-servers=" + c.etcd,
		"--cert-dir=" + pki,
		"--tls-cert-file=" + serving.cert,
		"--tls-private-key-file=" + serving.key,
		"--client-ca-file=" + c.authority.file(),
		"--authorization-mode=RBAC",
		"--service-cluster-ip-range=10.0.0.0/24",
		"--service-account-issuer=" + c.server,
		"--service-account-key-file=" + tokens,
		"--service-account-signing-key-file=" + tokens,
		"--audit-policy-file=" + policy,
		"--audit-log-path=" + c.AuditLog(),
		"--audit-log-mode=blocking", // an event is in the file before its answer is sent
	}, nil
}
