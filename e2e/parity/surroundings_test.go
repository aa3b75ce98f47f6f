package parity

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"

	"github.com/batchgate/batchgate/policies/engine"
)

// furnish makes the namespaces that cases are sent to, besides those that every
// cluster has.
func furnish(ctx context.Context, client kubernetes.Interface) error {
	for _, namespace := range homes() {
		if _, err := client.CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	for _, limit := range limits() {
		if _, err := client.CoreV1().LimitRanges(limit.Namespace).Create(ctx, limit, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	for _, quota := range quotas() {
		made, err := client.CoreV1().ResourceQuotas(quota.Namespace).Create(ctx, quota, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		made.Status = quota.Status // there is no controller that counts
		if _, err := client.CoreV1().ResourceQuotas(quota.Namespace).UpdateStatus(ctx, made, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	return nil
}

// quotas are one for all Pods of which little is left, and one for those that
// end by themselves.
func quotas() []*corev1.ResourceQuota {
	quota := func(name string, hard, used corev1.ResourceList, scopes ...corev1.ResourceQuotaScope) *corev1.ResourceQuota {
		return &corev1.ResourceQuota{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "ResourceQuota"},
			ObjectMeta: metav1.ObjectMeta{Name: name, Namespace: "quota"},
			Spec:       corev1.ResourceQuotaSpec{Hard: hard, Scopes: scopes},
			Status:     corev1.ResourceQuotaStatus{Hard: hard, Used: used},
		}
	}
	return []*corev1.ResourceQuota{
		quota("compute",
			corev1.ResourceList{"requests.cpu": resource.MustParse("4"), "limits.memory": resource.MustParse("8Gi"), "pods": resource.MustParse("20")},
			corev1.ResourceList{"requests.cpu": resource.MustParse("3600m"), "limits.memory": resource.MustParse("4Gi"), "pods": resource.MustParse("18")}),
		quota("short-lived", amounts("requests.memory", "1Gi"), amounts("requests.memory", "512Mi"), corev1.ResourceQuotaScopeTerminating),
	}
}

// limits are one LimitRange that leaves room, and one that leaves little.
func limits() []*corev1.LimitRange {
	limit := func(namespace string, items ...corev1.LimitRangeItem) *corev1.LimitRange {
		return &corev1.LimitRange{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "LimitRange"},
			ObjectMeta: metav1.ObjectMeta{Name: "limits", Namespace: namespace},
			Spec:       corev1.LimitRangeSpec{Limits: items},
		}
	}
	return []*corev1.LimitRange{
		limit("limited", corev1.LimitRangeItem{
			Type:           corev1.LimitTypeContainer,
			Default:        amounts("memory", "512Mi"),
			DefaultRequest: amounts("cpu", "200m"),
			Max:            amounts("memory", "2Gi"),
		}),
		limit("narrow",
			corev1.LimitRangeItem{Type: corev1.LimitTypeContainer, Max: amounts("cpu", "500m"), Min: amounts("memory", "64Mi"), MaxLimitRequestRatio: amounts("memory", "4")},
			corev1.LimitRangeItem{Type: corev1.LimitTypePod, Max: amounts("memory", "1536Mi")}),
	}
}

// homes are the namespaces that cases are sent to.
func homes() []*corev1.Namespace {
	home := func(name string, labels map[string]string) *corev1.Namespace {
		return &corev1.Namespace{
			TypeMeta:   metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
			ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels},
		}
	}
	return []*corev1.Namespace{
		home("shop", map[string]string{"tier": "production", "team": "shop"}),
		home("team-a", map[string]string{"team": "a"}),
		home("limited", nil),
		home("narrow", nil),
		home("quota", nil),
	}
}

func amounts(name corev1.ResourceName, text string) corev1.ResourceList {
	return corev1.ResourceList{name: resource.MustParse(text)}
}

// surroundings is what the cluster says of its namespaces.
func surroundings(ctx context.Context, client kubernetes.Interface) (map[string]engine.Namespace, error) {
	list, err := client.CoreV1().Namespaces().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	ranges, err := client.CoreV1().LimitRanges("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	counted, err := client.CoreV1().ResourceQuotas("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	quotas := map[string][]engine.ResourceQuota{}
	for _, quota := range counted.Items {
		known := engine.ResourceQuota{Name: quota.Name, Hard: texts(quota.Spec.Hard), Used: texts(quota.Status.Used)}
		for _, scope := range quota.Spec.Scopes {
			known.Scopes = append(known.Scopes, string(scope))
		}
		quotas[quota.Namespace] = append(quotas[quota.Namespace], known)
	}
	limits := map[string][]engine.LimitRange{}
	for _, limit := range ranges.Items {
		for _, item := range limit.Spec.Limits {
			limits[limit.Namespace] = append(limits[limit.Namespace], engine.LimitRange{
				Type:                 string(item.Type),
				Min:                  texts(item.Min),
				Max:                  texts(item.Max),
				Default:              texts(item.Default),
				DefaultRequest:       texts(item.DefaultRequest),
				MaxLimitRequestRatio: texts(item.MaxLimitRequestRatio),
			})
		}
	}
	out := map[string]engine.Namespace{}
	for _, namespace := range list.Items {
		out[namespace.Name] = engine.Namespace{
			Name:        namespace.Name,
			Labels:      namespace.Labels,
			Annotations: namespace.Annotations,
			LimitRanges: limits[namespace.Name],
			LabelsKnown: true,
			LimitsKnown: true,

			ResourceQuotas: quotas[namespace.Name],
			QuotasKnown:    true,
		}
	}
	return out, nil
}

func texts(list corev1.ResourceList) map[string]string {
	out := map[string]string{}
	for name, quantity := range list {
		out[string(name)] = quantity.String()
	}
	return out
}
