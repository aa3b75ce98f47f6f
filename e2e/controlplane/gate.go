package controlplane

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"
)

// The names that the shipped manifests give.
const (
	gateNamespace = "batchgate-system"
	gateName      = "batchgate"
)

// GateOptions say how the gate is installed. The zero value is the shipped manifests and the bundled policy.
type GateOptions struct {
	Name                    string   // of its log and its kubeconfig, which gates side by side cannot share; "" is "batchgate"
	Overlay                 string   // the directory of manifests/ that is applied, "overlays/cert-manager"; "" is manifests/ itself
	Policy                  string   // what --policy gets: a preset, a policy.yaml or a directory; "" is the default
	MutatingFailurePolicy   string   // "Ignore" or "Fail"; "" is what the manifests say
	ValidatingFailurePolicy string   // the same
	Args                    []string // added to the command line of `batchgate serve`
	Env                     []string // added to the environment, "GOMEMLIMIT=512MiB"
	Port                    int      // of the webhook; 0 is a free one
	Binary                  string   // of batchgate; "" builds ../cmd/batchgate
	Open                    bool     // listens on all addresses, as in a Pod, and not on loopback alone
}

// Gate is one `batchgate serve`. It keeps its ports, its log and its kubeconfig when it is ended and started again.
type Gate struct {
	process    *process
	kubeconfig string
	Port       int // of the webhook, on loopback
	HealthPort int
	Metrics    int
}

// InstallGate applies the shipped manifests, runs `batchgate serve` as a process with the rights of the shipped
// ServiceAccount and returns when the API server has asked it about a Job and got answers from both webhooks. The one
// difference to a cluster is the Service, which is an ExternalName for localhost. A second gate takes the place of the
// first; stop that one before.
func (c *ControlPlane) InstallGate(ctx context.Context, options GateOptions) (*Gate, error) {
	if options.Port == 0 {
		port, err := freePort()
		if err != nil {
			return nil, err
		}
		options.Port = port
	}
	if err := c.Register(ctx, options.Port, options); err != nil {
		return nil, err
	}
	gate, err := c.StartGate(ctx, options)
	if err != nil {
		return nil, err
	}
	return gate, c.WaitForAnswers(ctx, gate)
}

// StartGate runs `batchgate serve` as a process with the rights of the shipped ServiceAccount, for which the manifests
// must be applied. It does not wait until the gate is ready.
func (c *ControlPlane) StartGate(ctx context.Context, options GateOptions) (*Gate, error) {
	if options.Name == "" {
		options.Name = gateName
	}
	binary, err := gateBinary(ctx, options.Binary, c.dir)
	if err != nil {
		return nil, err
	}
	gate := &Gate{Port: options.Port}
	for _, port := range []*int{&gate.Port, &gate.HealthPort, &gate.Metrics} {
		if *port == 0 {
			if *port, err = freePort(); err != nil {
				return nil, err
			}
		}
	}
	if gate.kubeconfig, err = c.gateKubeconfig(ctx, options.Name); err != nil {
		return nil, err
	}
	serve := command{
		name: options.Name, dir: c.dir, detach: c.options.Detach, path: binary,
		args: append(gate.args(options), options.Args...),
		// Nothing of the caller's environment: the gate runs in a container that has none of it.
		env: append([]string{"HOME=" + filepath.Join(c.dir, "home"), "GOMEMLIMIT=450MiB"}, options.Env...),
	}
	if gate.process, err = serve.start(); err != nil {
		return nil, err
	}
	c.gates = append(c.gates, gate)
	return gate, nil
}

// Log is everything that the gate wrote so far.
func (g *Gate) Log() string {
	text, err := os.ReadFile(g.process.log)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// Ready asks the readiness endpoint.
func (g *Gate) Ready(ctx context.Context) error {
	url := "http://" + loopback(g.HealthPort) + "/readyz"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s, expected 200", url, response.Status)
	}
	return nil
}

func (g *Gate) args(options GateOptions) []string {
	listen := loopback
	if options.Open {
		listen = func(port int) string { return fmt.Sprintf(":%d", port) }
	}
	args := []string{
		"serve",
		"--kubeconfig", g.kubeconfig,
		"--namespace", gateNamespace,
		"--service", gateName,
		"--bind", listen(g.Port),
		"--health-bind", listen(g.HealthPort),
		"--metrics-bind", listen(g.Metrics),
	}
	if options.Policy != "" {
		args = append(args, "--policy", options.Policy)
	}
	return args
}

// gateKubeconfig is for the shipped ServiceAccount and so has exactly the shipped rights.
func (c *ControlPlane) gateKubeconfig(ctx context.Context, name string) (string, error) {
	return c.kubeconfigOf(ctx, gateNamespace, gateName, name)
}

// KubeconfigOf writes a kubeconfig with the rights of a ServiceAccount and returns its path.
func (c *ControlPlane) KubeconfigOf(ctx context.Context, namespace, account string) (string, error) {
	return c.kubeconfigOf(ctx, namespace, account, namespace+"-"+account)
}

func (c *ControlPlane) kubeconfigOf(ctx context.Context, namespace, account, file string) (string, error) {
	const day = int64(24 * 60 * 60)
	seconds := 7 * day
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &seconds}}
	token, err := c.client.CoreV1().ServiceAccounts(namespace).CreateToken(ctx, account, request, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("token of %s/%s: %w", namespace, account, err)
	}
	path := filepath.Join(c.dir, file+".kubeconfig")
	return path, writeKubeconfig(path, c.server, c.authority.file(), clientcmdapi.AuthInfo{Token: token.Status.Token})
}
