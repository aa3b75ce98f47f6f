package webhook

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/batchgate/batchgate/policies/engine"
)

// limitRanges are the limits of one LimitRange object, as the engine takes
// them.
func limitRanges(lr *corev1.LimitRange) []engine.LimitRange {
	out := make([]engine.LimitRange, 0, len(lr.Spec.Limits))
	for _, item := range lr.Spec.Limits {
		out = append(out, engine.LimitRange{
			Type:                 string(item.Type),
			Min:                  quantities(item.Min),
			Max:                  quantities(item.Max),
			Default:              quantities(item.Default),
			DefaultRequest:       quantities(item.DefaultRequest),
			MaxLimitRequestRatio: quantities(item.MaxLimitRequestRatio),
		})
	}
	return out
}

func quantities(list corev1.ResourceList) map[string]string {
	if len(list) == 0 {
		return nil
	}
	out := make(map[string]string, len(list))
	for name, q := range list {
		out[string(name)] = q.String()
	}
	return out
}
