package controlplane

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

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
	Policy                  string   // what --policy gets: a preset, a policy.yaml or a directory; "" is the default
	MutatingFailurePolicy   string   // "Ignore" or "Fail"; "" is what the manifests say
	ValidatingFailurePolicy string   // the same
	Args                    []string // added to the command line of `batchgate serve`
	Env                     []string // added to the environment, "GOMEMLIMIT=512MiB"
	Port                    int      // of the webhook; 0 is a free one
	Binary                  string   // of batchgate; "" builds ../cmd/batchgate
}

// Gate is a running `batchgate serve` that the API server asks.
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
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
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
	if err := c.register(ctx, gate.Port, options); err != nil {
		return nil, err
	}
	if gate.kubeconfig, err = c.gateKubeconfig(ctx); err != nil {
		return nil, err
	}
	args := append(gate.args(options), options.Args...)
	// Nothing of the caller's environment: the gate runs in a container that has none of it.
	env := append([]string{"HOME=" + filepath.Join(c.dir, "home"), "GOMEMLIMIT=450MiB"}, options.Env...)
	if gate.process, err = launch(c.dir, c.options.Detach, env, binary, args...); err != nil {
		return nil, err
	}
	c.gates = append(c.gates, gate)
	if err := c.waitForAnswers(ctx, gate); err != nil {
		return nil, fmt.Errorf("%w\nthe log of the gate ends with\n%s", err, tail(gate.process.log, 15))
	}
	return gate, nil
}

// Stop ends the gate as a Pod is ended: SIGTERM, then the shipped grace period.
func (g *Gate) Stop() error {
	if g.process.ended() != nil {
		return nil
	}
	return g.process.stop(30 * time.Second)
}

// Log is everything that the gate wrote so far.
func (g *Gate) Log() string {
	text, err := os.ReadFile(g.process.log)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// Pid is the process id of the gate.
func (g *Gate) Pid() int { return g.process.pid() }

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
	args := []string{
		"serve",
		"--kubeconfig", g.kubeconfig,
		"--namespace", gateNamespace,
		"--service", gateName,
		"--bind", loopback(g.Port),
		"--health-bind", loopback(g.HealthPort),
		"--metrics-bind", loopback(g.Metrics),
	}
	if options.Policy != "" {
		args = append(args, "--policy", options.Policy)
	}
	return args
}

// gateKubeconfig is for the shipped ServiceAccount and so has exactly the shipped rights.
func (c *ControlPlane) gateKubeconfig(ctx context.Context) (string, error) {
	const day = int64(24 * 60 * 60)
	seconds := 7 * day
	request := &authenticationv1.TokenRequest{Spec: authenticationv1.TokenRequestSpec{ExpirationSeconds: &seconds}}
	token, err := c.client.CoreV1().ServiceAccounts(gateNamespace).CreateToken(ctx, gateName, request, metav1.CreateOptions{})
	if err != nil {
		return "", fmt.Errorf("token of %s/%s: %w", gateNamespace, gateName, err)
	}
	path := filepath.Join(c.dir, "gate.kubeconfig")
	return path, writeKubeconfig(path, c.server, c.authority.file(), clientcmdapi.AuthInfo{Token: token.Status.Token})
}
