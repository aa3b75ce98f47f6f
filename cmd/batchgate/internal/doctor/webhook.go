package doctor

import (
	admissionv1 "k8s.io/api/admissionregistration/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// webhook is what the two kinds of webhooks have in common.
type webhook struct {
	kind, configuration, name string
	client                    admissionv1.WebhookClientConfig
	rules                     []admissionv1.RuleWithOperations
	failure                   admissionv1.FailurePolicyType
	match                     admissionv1.MatchPolicyType
	sideEffects               admissionv1.SideEffectClass
	reinvocation              admissionv1.ReinvocationPolicyType
	timeout                   int32
	versions                  []string
	namespaces, objects       metav1.LabelSelector
	conditions                []admissionv1.MatchCondition
}

func mutatingOf(c *admissionv1.MutatingWebhookConfiguration) (all []webhook) {
	for _, w := range c.Webhooks {
		one := webhook{
			kind: "MutatingWebhookConfiguration", configuration: c.Name, name: w.Name, client: w.ClientConfig, rules: w.Rules,
			failure: or(w.FailurePolicy, admissionv1.Fail), match: or(w.MatchPolicy, admissionv1.Equivalent),
			sideEffects: or(w.SideEffects, ""), reinvocation: or(w.ReinvocationPolicy, admissionv1.NeverReinvocationPolicy),
			timeout: or(w.TimeoutSeconds, 10), versions: w.AdmissionReviewVersions,
			namespaces: or(w.NamespaceSelector, metav1.LabelSelector{}), objects: or(w.ObjectSelector, metav1.LabelSelector{}),
			conditions: w.MatchConditions,
		}
		all = append(all, one)
	}
	return all
}

func validatingOf(c *admissionv1.ValidatingWebhookConfiguration) (all []webhook) {
	for _, w := range c.Webhooks {
		one := webhook{
			kind: "ValidatingWebhookConfiguration", configuration: c.Name, name: w.Name, client: w.ClientConfig, rules: w.Rules,
			failure: or(w.FailurePolicy, admissionv1.Fail), match: or(w.MatchPolicy, admissionv1.Equivalent),
			sideEffects: or(w.SideEffects, ""), timeout: or(w.TimeoutSeconds, 10), versions: w.AdmissionReviewVersions,
			namespaces: or(w.NamespaceSelector, metav1.LabelSelector{}), objects: or(w.ObjectSelector, metav1.LabelSelector{}),
			conditions: w.MatchConditions,
		}
		all = append(all, one)
	}
	return all
}

func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
