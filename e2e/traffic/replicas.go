package traffic

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"sync"
	"time"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// Options of replicas. The zero value is two replicas as they are shipped.
type Options struct {
	Gate  controlplane.GateOptions // of every replica; Name and Port are set here
	Count int                      // of replicas; 0 is 2
	Lag   time.Duration            // until a change of the endpoints takes effect; 0 is a second
	// PublishNotReady makes a replica an endpoint while it starts, too, as publishNotReadyAddresses of a Service does.
	PublishNotReady bool
	Prepare         func(i int, options *controlplane.GateOptions) // makes replicas differ; nil: they do not
	// Register has the API server call the webhooks at a port; nil: with the shipped manifests, by kubectl.
	Register func(ctx context.Context, port int) error
}

// Replicas are gates side by side behind one Service, each followed by its readiness as in a cluster.
type Replicas struct {
	forwarder *Forwarder
	publish   bool // what is not ready
	gates     []*controlplane.Gate
	following sync.WaitGroup
	done      chan struct{} // ends those who follow

	mu     sync.Mutex
	states []state
}

// state is what the control plane knows of a replica.
type state struct{ runs, ready, leaving bool }

// serves is true for what is an endpoint.
func (r *Replicas) serves(s state) bool { return !s.leaving && (s.ready || s.runs && r.publish) }

// How the shipped Deployment is probed.
const (
	startupPeriod    = time.Second
	readinessPeriod  = 2 * time.Second
	failureThreshold = 2
)

// StartReplicas registers the Service with the API server, starts the replicas and returns when all are ready, their
// endpoints are in force and the API server gets answers.
func StartReplicas(ctx context.Context, c *controlplane.ControlPlane, options Options) (*Replicas, error) {
	if options.Count == 0 {
		options.Count = 2
	}
	if options.Lag == 0 {
		options.Lag = time.Second
	}
	if options.Gate.Binary == "" {
		binary, err := controlplane.BuildGate(ctx, c.Dir(), io.Discard)
		if err != nil {
			return nil, err
		}
		options.Gate.Binary = binary
	}
	forwarder, err := NewForwarder(options.Lag)
	if err != nil {
		return nil, err
	}
	r := &Replicas{forwarder: forwarder, publish: options.PublishNotReady, done: make(chan struct{}), states: make([]state, options.Count)}
	if err := r.start(ctx, c, options); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

func (r *Replicas) start(ctx context.Context, c *controlplane.ControlPlane, options Options) error {
	if options.Register == nil {
		options.Register = func(ctx context.Context, port int) error { return c.Register(ctx, port, options.Gate) }
	}
	if err := options.Register(ctx, r.forwarder.Port()); err != nil {
		return err
	}
	for i := range options.Count {
		each := options.Gate
		each.Name = "batchgate-" + strconv.Itoa(i)
		each.Port = 0
		if options.Prepare != nil {
			options.Prepare(i, &each)
		}
		gate, err := c.StartGate(ctx, each)
		if err != nil {
			return err
		}
		r.gates = append(r.gates, gate)
		r.follow(i)
	}
	if err := r.WaitUntilServing(ctx); err != nil {
		return err
	}
	return c.WaitForAnswers(ctx, r.gates...)
}

// WaitUntilServing returns when all replicas are ready and their endpoints are in force.
func (r *Replicas) WaitUntilServing(ctx context.Context) error {
	for i := range r.gates {
		if err := r.waitUntilServing(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// Forwarder is the Service of the replicas.
func (r *Replicas) Forwarder() *Forwarder { return r.forwarder }

// Gate is a replica.
func (r *Replicas) Gate(i int) *controlplane.Gate { return r.gates[i] }

// Gates are all replicas.
func (r *Replicas) Gates() []*controlplane.Gate { return r.gates }

// Stop deletes a replica as a Pod is deleted: its endpoint goes and SIGTERM comes at the same time. It returns when the
// process has ended.
func (r *Replicas) Stop(i int) error {
	r.set(i, func(s *state) { s.leaving = true })
	return r.gates[i].Stop()
}

// Kill ends a replica with kill -9. The endpoint goes when that is noticed, which is at once, and the lag later.
func (r *Replicas) Kill(i int) error { return r.gates[i].Kill() }

// Start starts a replica that has ended, and returns when it is ready and its endpoint is in force.
func (r *Replicas) Start(ctx context.Context, i int) error {
	if err := r.Launch(i); err != nil {
		return err
	}
	return r.waitUntilServing(ctx, i)
}

// Launch starts a replica that has ended. It does not wait.
func (r *Replicas) Launch(i int) error {
	if err := r.gates[i].Restart(); err != nil {
		return err
	}
	r.follow(i)
	return nil
}

// Restart is one step of a rolling restart: Stop, then Start.
func (r *Replicas) Restart(ctx context.Context, i int) error {
	if err := r.Stop(i); err != nil {
		return err
	}
	return r.Start(ctx, i)
}

// Close ends the replicas and their Service. The webhooks stay registered.
func (r *Replicas) Close() error {
	var errs []error
	for i := range r.gates {
		errs = append(errs, r.Stop(i))
	}
	close(r.done)
	r.following.Wait()
	r.forwarder.Close()
	return errors.Join(errs...)
}

// waitUntilServing returns when a replica is ready and the forwarder knows.
func (r *Replicas) waitUntilServing(ctx context.Context, i int) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	gate := r.gates[i]
	ended := gate.Ended()
	err := until(ctx, fmt.Sprintf("replica %d is ready", i), func() error {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.states[i].ready {
			return nil
		}
		select {
		case <-ended:
			cancel()
			return gate.Running()
		default:
			return errNotYet
		}
	})
	if err != nil {
		return err
	}
	return r.forwarder.Settle(ctx)
}

// follow probes a replica as a kubelet does, for as long as its process lives.
func (r *Replicas) follow(i int) {
	gate, ended := r.gates[i], r.gates[i].Ended()
	r.set(i, func(s *state) { *s = state{runs: true} })
	r.following.Go(func() {
		misses, period := failureThreshold, startupPeriod
		timer := time.NewTimer(0)
		defer timer.Stop()
		for {
			select {
			case <-r.done:
				return
			case <-ended:
				r.set(i, func(s *state) { s.runs, s.ready = false, false })
				return
			case <-timer.C:
			}
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			err := gate.Ready(ctx)
			cancel()
			if misses++; err == nil {
				misses, period = 0, readinessPeriod
			}
			if misses == 0 || misses >= failureThreshold {
				r.set(i, func(s *state) { s.ready = err == nil })
			}
			timer.Reset(period)
		}
	})
}

// set changes what is known of a replica and tells the forwarder when that makes another set of endpoints.
func (r *Replicas) set(i int, change func(*state)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	before := r.states[i]
	change(&r.states[i])
	if r.serves(before) == r.serves(r.states[i]) {
		return
	}
	var endpoints []string
	for j, gate := range r.gates {
		if r.serves(r.states[j]) {
			endpoints = append(endpoints, "127.0.0.1:"+strconv.Itoa(gate.Port))
		}
	}
	r.forwarder.Set(endpoints...)
}
