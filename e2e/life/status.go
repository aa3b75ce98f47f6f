package life

import (
	"context"
	"encoding/json"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

func now() metav1.Time { return metav1.Now() }

func terminated(code int32, started time.Time) *corev1.ContainerStateTerminated {
	reason := "Completed"
	if code != 0 {
		reason = "Error"
	}
	return &corev1.ContainerStateTerminated{
		ExitCode:   code,
		Reason:     reason,
		StartedAt:  metav1.NewTime(started),
		FinishedAt: now(),
	}
}

// statusPatch is what changes about a status: the phase, the containers and whether they are ready.
func statusPatch(phase corev1.PodPhase, statuses []corev1.ContainerStatus) map[string]any {
	ready := corev1.ConditionTrue
	for _, status := range statuses {
		if !status.Ready {
			ready = corev1.ConditionFalse
		}
	}
	condition := func(kind corev1.PodConditionType) map[string]any {
		return map[string]any{"type": kind, "status": ready, "lastTransitionTime": now()}
	}
	return map[string]any{"status": map[string]any{
		"phase":             phase,
		"containerStatuses": append([]corev1.ContainerStatus(nil), statuses...),
		"conditions":        []any{condition(corev1.PodReady), condition(corev1.ContainersReady)},
	}}
}

func (p *pod) patch(ctx context.Context, patch map[string]any) error {
	// A Pod of the same name that came after this one is another Pod.
	patch["metadata"] = map[string]any{"uid": p.UID}
	body, err := json.Marshal(patch)
	if err != nil {
		return err
	}
	_, err = p.client.CoreV1().Pods(p.Namespace).Patch(ctx, p.Name, types.StrategicMergePatchType, body,
		metav1.PatchOptions{}, "status")
	return err
}
