package life

import (
	"context"
	"testing"
	"time"

	"go.uber.org/goleak"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/kubernetes/fake"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestAPodEndsAsItsProcessesDo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		policy   corev1.RestartPolicy
		command  []string
		phase    corev1.PodPhase
		code     int32
		restarts int32
	}{
		"a command that succeeds": {
			policy: corev1.RestartPolicyNever, command: []string{"sh", "-c", "exit 0"}, phase: corev1.PodSucceeded,
		},
		"a command that fails has its exit code": {
			policy: corev1.RestartPolicyNever, command: []string{"/bin/sh", "-c", "exit 42"}, phase: corev1.PodFailed, code: 42,
		},
		"a command that is killed": {
			policy: corev1.RestartPolicyNever, command: []string{"sh", "-c", "kill -KILL $$"}, phase: corev1.PodFailed, code: 137,
		},
		"a command that there is not": {
			policy: corev1.RestartPolicyNever, command: []string{"no-such-command"}, phase: corev1.PodFailed, code: 128,
		},
		"no command is the shell without input": {
			policy: corev1.RestartPolicyNever, phase: corev1.PodSucceeded,
		},
		"a command that fails once is started again and finds its files": {
			policy:  corev1.RestartPolicyOnFailure,
			command: []string{"sh", "-c", "[[ -r /data/been ]] || { touch /data/been; exit 1; }"},
			phase:   corev1.PodSucceeded, restarts: 1,
		},
		"the environment tells the index": {
			policy: corev1.RestartPolicyNever, command: []string{"sh", "-c", "exit $INDEX"}, phase: corev1.PodFailed, code: 7,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := started(t, podOf(test.policy, test.command))
			pod := waitFor(t, client, "it ends", func(pod *corev1.Pod) bool {
				return pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed
			})
			status := pod.Status.ContainerStatuses[0]
			code := status.State.Terminated.ExitCode
			if pod.Status.Phase != test.phase || code != test.code || status.RestartCount != test.restarts {
				t.Errorf("%s with exit code %d after %d restarts, expected %s, %d and %d",
					pod.Status.Phase, code, status.RestartCount, test.phase, test.code, test.restarts)
			}
			if status.Ready {
				t.Error("a container that has ended is ready")
			}
		})
	}
}

func TestAPodThatIsDeletedEndsWithinItsGracePeriod(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		image   string
		command []string
		code    int32
	}{
		"a process that ends when told": {
			command: []string{"sh", "-c", "trap 'exit 9' TERM; touch /data/ready; while :; do sleep 0.1; done"}, code: 9,
		},
		"a process that does not listen is killed": {
			command: []string{"sh", "-c", "trap '' TERM; touch /data/ready; while :; do sleep 0.1; done"}, code: 137,
		},
		"pause ends well": {
			image: "registry.k8s.io/pause:3.10",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pod := podOf(corev1.RestartPolicyNever, test.command)
			if test.image != "" {
				pod.Spec.Containers[0].Image = test.image
			} else {
				// It is ready when its trap is set.
				pod.Spec.Containers[0].ReadinessProbe = &corev1.Probe{ProbeHandler: corev1.ProbeHandler{
					Exec: &corev1.ExecAction{Command: []string{"cat", "/data/ready"}},
				}}
				pod.Status.ContainerStatuses[0].Ready = false
			}
			client := started(t, pod)
			seen := waitFor(t, client, "it is ready", func(pod *corev1.Pod) bool {
				return pod.Status.Phase == corev1.PodRunning && pod.Status.ContainerStatuses[0].Ready
			})
			seen.DeletionTimestamp = &metav1.Time{Time: time.Now()}
			if _, err := client.CoreV1().Pods(seen.Namespace).Update(t.Context(), seen, metav1.UpdateOptions{}); err != nil {
				t.Fatal(err)
			}
			ended := waitFor(t, client, "it ends", func(pod *corev1.Pod) bool {
				return pod.Status.ContainerStatuses[0].State.Terminated != nil
			})
			if got := ended.Status.ContainerStatuses[0].State.Terminated.ExitCode; got != test.code {
				t.Errorf("exit code %d, expected %d", got, test.code)
			}
		})
	}
}

func TestPodsOfANodeShareItsDirectories(t *testing.T) {
	t.Parallel()
	k := &kubelet{dir: t.TempDir()}
	dirs := map[string]string{}
	for _, name := range []string{"first", "second"} {
		pod := podOf(corev1.RestartPolicyNever, nil)
		pod.UID = types.UID(name)
		pod.Spec.Volumes[0].HostPath = &corev1.HostPathVolumeSource{Path: "/tmp/shared"}
		dir, err := newPod(nil, k.dir, pod).volume("data")
		if err != nil {
			t.Fatal(err)
		}
		dirs[name] = dir
	}
	if dirs["first"] != dirs["second"] {
		t.Errorf("%s and %s, expected the same directory", dirs["first"], dirs["second"])
	}
}

// podOf is a Pod that kwok has just declared running.
func podOf(policy corev1.RestartPolicy, command []string) *corev1.Pod {
	grace := int64(1)
	return &corev1.Pod{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: "default", Name: "probe", UID: "uid",
			Annotations: map[string]string{"batch.kubernetes.io/job-completion-index": "7"},
		},
		Spec: corev1.PodSpec{
			NodeName: "node-a", RestartPolicy: policy, TerminationGracePeriodSeconds: &grace,
			Volumes: []corev1.Volume{{Name: "data"}},
			Containers: []corev1.Container{{
				Name: "c", Image: "registry.example.com/busybox:1.37.0", Command: command,
				VolumeMounts: []corev1.VolumeMount{{Name: "data", MountPath: "/data"}},
				Env: []corev1.EnvVar{{Name: "INDEX", ValueFrom: &corev1.EnvVarSource{FieldRef: &corev1.ObjectFieldSelector{
					FieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']",
				}}}},
			}},
		},
		Status: corev1.PodStatus{
			Phase:             corev1.PodRunning,
			ContainerStatuses: []corev1.ContainerStatus{{Name: "c", Ready: true}},
		},
	}
}

func started(t *testing.T, pod *corev1.Pod) kubernetes.Interface {
	t.Helper()
	client := fake.NewClientset(pod)
	stop, err := newKubelet(client, t.TempDir(), []string{"node-a"}).start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return client
}

func waitFor(t *testing.T, client kubernetes.Interface, what string, done func(*corev1.Pod) bool) *corev1.Pod {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		pod, err := client.CoreV1().Pods("default").Get(ctx, "probe", metav1.GetOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if done(pod) {
			return pod
		}
		select {
		case <-ctx.Done():
			t.Fatalf("waiting until %s: not within a minute, the status is %+v", what, pod.Status)
		case <-tick.C:
		}
	}
}
