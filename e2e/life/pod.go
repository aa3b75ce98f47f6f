package life

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/client-go/kubernetes"
)

// restartDelay is far shorter than a kubelet's, which doubles from ten seconds.
const restartDelay = time.Second

// pod is a Pod whose containers run here.
type pod struct {
	*corev1.Pod
	client kubernetes.Interface
	dir    string

	terminating chan struct{} // closed when it is to end
	once        sync.Once

	mu       sync.Mutex
	statuses []corev1.ContainerStatus
}

func newPod(client kubernetes.Interface, dir string, seen *corev1.Pod) *pod {
	p := &pod{Pod: seen.DeepCopy(), client: client, dir: dir, terminating: make(chan struct{})}
	p.statuses = p.Status.ContainerStatuses
	return p
}

// terminate asks the containers to end.
func (p *pod) terminate() { p.once.Do(func() { close(p.terminating) }) }

// live runs the containers until all of them have ended for good, and says so.
func (p *pod) live(ctx context.Context) {
	var containers sync.WaitGroup
	for i := range p.Spec.Containers {
		containers.Go(func() { p.keep(ctx, i) })
	}
	containers.Wait()
	if ctx.Err() != nil {
		return // the control plane ends as well
	}
	phase := corev1.PodSucceeded
	for _, status := range p.statuses {
		if status.State.Terminated.ExitCode != 0 {
			phase = corev1.PodFailed
		}
	}
	p.report(ctx, phase)
}

// keep runs a container again and again, as its restart policy says.
func (p *pod) keep(ctx context.Context, i int) {
	container := p.Spec.Containers[i]
	for {
		started := time.Now()
		code := p.run(ctx, container, func() { p.becomesReady(ctx, i) })
		ended := corev1.ContainerState{Terminated: terminated(code, started)}
		again := p.restarts(container, code) && !p.ending() && ctx.Err() == nil
		p.change(i, func(status *corev1.ContainerStatus) {
			status.Ready = false
			status.State = ended
		})
		if !again {
			return
		}
		select {
		case <-time.After(restartDelay):
		case <-p.terminating:
			return
		case <-ctx.Done():
			return
		}
		p.change(i, func(status *corev1.ContainerStatus) {
			status.RestartCount++
			status.LastTerminationState = ended
			status.State = corev1.ContainerState{Running: &corev1.ContainerStateRunning{StartedAt: now()}}
			status.Ready = container.ReadinessProbe == nil
		})
		p.report(ctx, corev1.PodRunning)
	}
}

func (p *pod) ending() bool {
	select {
	case <-p.terminating:
		return true
	default:
		return false
	}
}

// restarts tells what the policy of the container, or else of its Pod, says about an exit code.
func (p *pod) restarts(container corev1.Container, code int32) bool {
	policy := string(p.Spec.RestartPolicy)
	if container.RestartPolicy != nil {
		policy = string(*container.RestartPolicy)
	}
	switch policy {
	case string(corev1.RestartPolicyAlways):
		return true
	case string(corev1.RestartPolicyOnFailure):
		return code != 0
	default:
		return false
	}
}

func (p *pod) becomesReady(ctx context.Context, i int) {
	p.change(i, func(status *corev1.ContainerStatus) { status.Ready = true })
	p.report(ctx, corev1.PodRunning)
}

func (p *pod) change(i int, change func(*corev1.ContainerStatus)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.statuses[i])
}

// report writes the status of the Pod. What cannot be written stands in the log of this process: the Pod then stays as
// it is and whoever waits for it says what it waited for.
func (p *pod) report(ctx context.Context, phase corev1.PodPhase) {
	p.mu.Lock()
	patch := statusPatch(phase, p.statuses)
	p.mu.Unlock()
	if err := p.patch(ctx, patch); err != nil && !apierrors.IsNotFound(err) && ctx.Err() == nil {
		fmt.Fprintf(os.Stderr, "life: the status of Pod %s/%s: %v\n", p.Namespace, p.Name, err)
	}
}

// volume is the directory that stands for a volume of the Pod: one of the node, or one of its own.
func (p *pod) volume(name string) (string, error) {
	dir := filepath.Join(p.dir, "pods", string(p.UID), name)
	for _, volume := range p.Spec.Volumes {
		if volume.Name == name && volume.HostPath != nil {
			dir = filepath.Join(p.dir, "host", p.Spec.NodeName, filepath.Clean("/"+volume.HostPath.Path))
		}
	}
	return dir, os.MkdirAll(dir, 0o755)
}
