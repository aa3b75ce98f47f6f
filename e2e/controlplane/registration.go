package controlplane

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/uuid"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
)

const (
	mutateWebhook   = "mutate.batchgate.dev"
	validateWebhook = "validate.batchgate.dev"
	failedOpen      = "failed-open."
)

// Register applies the shipped manifests, with a Service that is localhost and this port, and returns when the API server
// acts on them; nothing may answer at the port until then. A mutating webhook that fails closed hides whether the
// validating one is called, so it does not fail closed at first.
func (c *ControlPlane) Register(ctx context.Context, port int, options GateOptions) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	first := options
	first.MutatingFailurePolicy = "Ignore"
	for _, each := range []GateOptions{first, options} {
		if err := c.applyManifests(ctx, port, each); err != nil {
			return err
		}
		if err := c.waitForRegistration(ctx, each); err != nil {
			return err
		}
	}
	return nil
}

// Apply applies other manifests over those that are installed, as an upgrade does while replicas answer.
func (c *ControlPlane) Apply(ctx context.Context, port int, options GateOptions) error {
	return c.applyManifests(ctx, port, options)
}

// waitForRegistration returns when the API server calls both webhooks, which nobody answers yet: it learns of a
// configuration some time after that is stored, and until then a request that passes proves nothing.
func (c *ControlPlane) waitForRegistration(ctx context.Context, options GateOptions) error {
	return waitFor(ctx, "kube-apiserver calls both webhooks", c.processes, func(ctx context.Context) error {
		probe, err := c.probe(ctx)
		if err != nil {
			return err
		}
		// A call that failed open stands in the audit log, one that failed closed in the answer.
		if options.MutatingFailurePolicy == "Fail" {
			if !probe.failedClosed(mutateWebhook) {
				return fmt.Errorf("%s is not called", mutateWebhook)
			}
			return nil // a request that ends in mutation never reaches validation
		}
		if !probe.failedOpen("mutation.webhook", mutateWebhook) {
			return fmt.Errorf("%s is not called", mutateWebhook)
		}
		if options.ValidatingFailurePolicy == "Ignore" {
			if !probe.failedOpen("validating.webhook", validateWebhook) {
				return fmt.Errorf("%s is not called", validateWebhook)
			}
			return nil
		}
		if !probe.failedClosed(validateWebhook) {
			return fmt.Errorf("%s is not called", validateWebhook)
		}
		return nil
	})
}

// WaitForAnswers returns when these gates are ready and a request got answers from both webhooks.
func (c *ControlPlane) WaitForAnswers(ctx context.Context, gates ...*Gate) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	needed := slices.Clone(c.processes)
	for _, gate := range gates {
		needed = append(needed, gate.process)
		if err := waitFor(ctx, "the gate is ready", needed, gate.Ready); err != nil {
			return fmt.Errorf("%w\nthe log of the gate ends with\n%s", err, tail(gate.process.log, 15))
		}
	}
	return waitFor(ctx, "the API server gets answers from the gate", needed, func(ctx context.Context) error {
		probe, err := c.probe(ctx)
		switch {
		case err != nil:
			return err
		case probe.refusal != nil && strings.Contains(probe.refusal.Error(), "failed calling webhook"):
			return probe.refusal
		case probe.failedOpen("", ""):
			return errors.New("a webhook was called and did not answer")
		case !probe.mutationCalled():
			return fmt.Errorf("%s is not called", mutateWebhook)
		default:
			return nil
		}
	})
}

// probe is what became of one Job that was only tried.
type probe struct {
	refusal error
	event   *auditv1.Event
}

// probe tries a Job and finds its event. The error is one of the probe, not a refusal.
func (c *ControlPlane) probe(ctx context.Context) (probe, error) {
	id := uuid.NewUUID()
	refusal := c.tryJob(ctx, id)
	events, err := c.AuditEvents(func(e *auditv1.Event) bool { return strings.Contains(e.RequestURI, string(id)) })
	if err != nil {
		return probe{}, err
	}
	if len(events) != 1 {
		return probe{}, fmt.Errorf("%d audit events of the probe, expected 1 (%w)", len(events), refusal)
	}
	return probe{refusal: refusal, event: events[0]}, nil
}

func (c *ControlPlane) tryJob(ctx context.Context, id types.UID) error {
	job := &batchv1.Job{
		ObjectMeta: metav1.ObjectMeta{Name: "batchgate-probe"},
		Spec: batchv1.JobSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever,
			Containers:    []corev1.Container{{Name: "main", Image: "registry.example.com/probe:1.0.0"}},
		}}},
	}
	_, err := c.client.BatchV1().Jobs("default").Create(ctx, job, metav1.CreateOptions{
		DryRun:       []string{metav1.DryRunAll},
		FieldManager: "probe-" + string(id), // stands in the request's URI
	})
	return err
}

func (p probe) failedClosed(webhook string) bool {
	return p.refusal != nil && strings.Contains(p.refusal.Error(), fmt.Sprintf("failed calling webhook %q", webhook))
}

// failedOpen reports a call that failed and was ignored; "" stands for any phase or webhook.
func (p probe) failedOpen(phase, webhook string) bool {
	for key, value := range p.event.Annotations {
		if strings.HasPrefix(key, failedOpen+phase) && strings.Contains(value, webhook) {
			return true
		}
	}
	return false
}

func (p probe) mutationCalled() bool {
	for key, value := range p.event.Annotations {
		if strings.HasPrefix(key, "mutation.webhook.admission.k8s.io/") && strings.Contains(value, mutateWebhook) {
			return true
		}
	}
	return false
}
