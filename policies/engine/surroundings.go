package engine

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// LimitsOf are the limits of a LimitRange as a Namespace holds them.
func LimitsOf(limits *corev1.LimitRange) []LimitRange {
	out := make([]LimitRange, 0, len(limits.Spec.Limits))
	for _, item := range limits.Spec.Limits {
		out = append(out, LimitRange{
			Type:                 string(item.Type),
			Min:                  texts(item.Min),
			Max:                  texts(item.Max),
			Default:              texts(item.Default),
			DefaultRequest:       texts(item.DefaultRequest),
			MaxLimitRequestRatio: texts(item.MaxLimitRequestRatio),
		})
	}
	return out
}

// QuotaOf is a ResourceQuota as a Namespace holds it. Of a scope that is
// selected by its values, only the name is kept: whether a Pod is in it, a rule
// cannot tell.
func QuotaOf(quota *corev1.ResourceQuota) ResourceQuota {
	var scopes []string
	for _, scope := range quota.Spec.Scopes {
		scopes = append(scopes, string(scope))
	}
	if selector := quota.Spec.ScopeSelector; selector != nil {
		for _, expression := range selector.MatchExpressions {
			scopes = append(scopes, string(expression.ScopeName))
		}
	}
	slices.Sort(scopes)
	return ResourceQuota{
		Name:   quota.Name,
		Hard:   texts(quota.Spec.Hard),
		Used:   texts(quota.Status.Used),
		Scopes: slices.Compact(scopes),
	}
}

// texts are quantities in Kubernetes' canonical form.
func texts(list corev1.ResourceList) map[string]string {
	if len(list) == 0 {
		return nil
	}
	out := make(map[string]string, len(list))
	for name, quantity := range list {
		out[string(name)] = quantity.String()
	}
	return out
}
