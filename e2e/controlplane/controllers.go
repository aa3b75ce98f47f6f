package controlplane

import (
	"context"
	"path/filepath"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// controllers are those that the life of a Job needs.
func controllers() []string {
	return []string{
		"cronjob-controller",
		"garbage-collector-controller",
		"job-controller",
		"namespace-controller",
		"pod-garbage-collector-controller",
		"root-ca-certificate-publisher-controller",
		"serviceaccount-controller",
		"serviceaccount-token-controller",
		"ttl-after-finished-controller",
	}
}

// startControllers starts kube-controller-manager with an account for each controller, as clusters do: the gate tells
// the CronJob controller by its account.
func (c *ControlPlane) startControllers(ctx context.Context) error {
	if c.options.WithoutControllers {
		return nil
	}
	pki := filepath.Join(c.dir, "pki")
	identity, err := c.authority.client("system:kube-controller-manager")
	if err != nil {
		return err
	}
	user, err := byCertificate(identity)
	if err != nil {
		return err
	}
	kubeconfig := filepath.Join(c.dir, "kube-controller-manager.kubeconfig")
	if err := writeKubeconfig(kubeconfig, c.server, c.authority.file(), user); err != nil {
		return err
	}
	args := []string{
		"--kubeconfig=" + kubeconfig,
		"--controllers=" + strings.Join(controllers(), ","),
		"--use-service-account-credentials",
		"--service-account-private-key-file=" + filepath.Join(pki, "service-accounts.key"),
		"--root-ca-file=" + c.authority.file(),
		"--leader-elect=false",
		"--secure-port=0",
	}
	if err := c.launch("kube-controller-manager", append(args, c.options.ControllerArgs...)...); err != nil {
		return err
	}
	return waitFor(ctx, "kube-controller-manager has made the account default/default", c.processes,
		func(ctx context.Context) error {
			_, err := c.client.CoreV1().ServiceAccounts("default").Get(ctx, "default", metav1.GetOptions{})
			return err
		})
}
