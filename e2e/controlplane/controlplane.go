package controlplane

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// Options of a control plane. The zero value is what most tests want.
type Options struct {
	Dir                string   // for state, logs and kubeconfigs; "" is a temporary directory that Stop removes
	WithoutControllers bool     // no kube-controller-manager
	APIServerArgs      []string // added to the command line of kube-apiserver
	ControllerArgs     []string // added to the command line of kube-controller-manager
	Detach             bool     // outlives this process; Pids says what runs
}

// ControlPlane is a running etcd, kube-apiserver and, unless left out, kube-controller-manager.
type ControlPlane struct {
	binaries  Binaries
	options   Options
	dir       string
	temporary bool
	etcd      string // http://127.0.0.1:port
	server    string // https://127.0.0.1:port
	authority *authority
	config    *rest.Config
	client    kubernetes.Interface
	processes []*process // in the order in which they started
	gates     []*Gate
}

const (
	startTimeout  = 3 * time.Minute
	startAttempts = 3
)

// Start starts a control plane and returns when a Job can be created in the namespace default. The context bounds the
// start only; Stop ends what was started. A port that another program takes between its choice and its use is chosen again.
func Start(ctx context.Context, binaries Binaries, options Options) (*ControlPlane, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for attempt := 1; ; attempt++ {
		c, err := start(ctx, binaries, options)
		if err == nil {
			return c, nil
		}
		if attempt == startAttempts || !strings.Contains(err.Error(), "address already in use") {
			return nil, err
		}
	}
}

func start(ctx context.Context, binaries Binaries, options Options) (*ControlPlane, error) {
	c := &ControlPlane{binaries: binaries, options: options, dir: options.Dir}
	if c.dir == "" {
		dir, err := os.MkdirTemp("", "batchgate-e2e-")
		if err != nil {
			return nil, err
		}
		c.dir, c.temporary = dir, true
	}
	for _, step := range []func(context.Context) error{c.startEtcd, c.startAPIServer, c.startControllers} {
		if err := step(ctx); err != nil {
			return nil, errors.Join(err, c.Stop())
		}
	}
	return c, nil
}

// Stop ends everything that was started, the gates first, and removes a temporary state directory.
func (c *ControlPlane) Stop() error {
	var errs []error
	for _, gate := range c.gates {
		errs = append(errs, gate.Stop())
	}
	for i := len(c.processes) - 1; i >= 0; i-- {
		errs = append(errs, c.processes[i].stop(20*time.Second))
	}
	c.gates, c.processes = nil, nil
	if c.temporary {
		errs = append(errs, os.RemoveAll(c.dir))
	}
	return errors.Join(errs...)
}

// RESTConfig is for clients with every right, in the group system:masters. The caller owns the copy.
func (c *ControlPlane) RESTConfig() *rest.Config { return rest.CopyConfig(c.config) }

// Client talks to the API server with every right.
func (c *ControlPlane) Client() kubernetes.Interface { return c.client }

// Kubeconfig is the path of a kubeconfig with every right.
func (c *ControlPlane) Kubeconfig() string { return filepath.Join(c.dir, "kubeconfig") }

// AuditLog is the path of the API server's audit log, one JSON event a line; AuditEvents reads it.
func (c *ControlPlane) AuditLog() string { return filepath.Join(c.dir, "audit.log") }

// APIServerLog is what the API server has said so far.
func (c *ControlPlane) APIServerLog() (string, error) {
	text, err := os.ReadFile(filepath.Join(c.dir, "kube-apiserver.log"))
	return string(text), err
}

// Dir is where the state and the logs of the programs are.
func (c *ControlPlane) Dir() string { return c.dir }

// Pids are the process ids of everything that runs, gates included, in the order to end them.
func (c *ControlPlane) Pids() []int {
	var pids []int
	for _, gate := range c.gates {
		pids = append(pids, gate.Pid())
	}
	for i := len(c.processes) - 1; i >= 0; i-- {
		pids = append(pids, c.processes[i].pid())
	}
	return pids
}

// Join starts another program, such as a scheduler, as part of the control plane: Stop ends it.
func (c *ControlPlane) Join(path string, args ...string) error {
	program := command{
		name: filepath.Base(path), dir: c.dir, detach: c.options.Detach, env: os.Environ(), path: path, args: args,
	}
	p, err := program.start()
	if err != nil {
		return err
	}
	c.processes = append(c.processes, p)
	return nil
}

// launch starts one of the binaries and remembers it for Stop.
func (c *ControlPlane) launch(name string, args ...string) error {
	return c.Join(c.binaries.path(name), args...)
}

// freePort is a port that nothing uses at this moment on any address: a gate may listen on all of them.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", ":0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

func loopback(port int) string { return fmt.Sprintf("127.0.0.1:%d", port) }
