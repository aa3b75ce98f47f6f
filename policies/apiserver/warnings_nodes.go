package apiserver

import (
	corev1 "k8s.io/api/core/v1"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// oldNodeLabel is what the API server says of a node label that has been
// replaced; empty for every other one.
func oldNodeLabel(key string) string {
	switch key {
	case "beta.kubernetes.io/arch":
		return `deprecated since v1.14; use "kubernetes.io/arch" instead`
	case "beta.kubernetes.io/os":
		return `deprecated since v1.14; use "kubernetes.io/os" instead`
	case "failure-domain.beta.kubernetes.io/region":
		return `deprecated since v1.17; use "topology.kubernetes.io/region" instead`
	case "failure-domain.beta.kubernetes.io/zone":
		return `deprecated since v1.17; use "topology.kubernetes.io/zone" instead`
	case "beta.kubernetes.io/instance-type":
		return `deprecated since v1.17; use "node.kubernetes.io/instance-type" instead`
	case "app.kubernetes.io/created-by":
		return "deprecated since v1.9"
	case "scheduler.alpha.kubernetes.io/preferAvoidPods":
		return "deprecated since v1.22; use Taints and Tolerations instead"
	case "node-role.kubernetes.io/master":
		return `use "node-role.kubernetes.io/control-plane" instead`
	}
	return ""
}

func (w *warner) nodeAffinity(affinity *corev1.Affinity, at *field.Path) {
	if affinity == nil || affinity.NodeAffinity == nil {
		return
	}
	if required := affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution; required != nil {
		terms := at.Child("requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
		for i := range required.NodeSelectorTerms {
			w.nodeTerm(&required.NodeSelectorTerms[i], false, terms.Index(i))
		}
	}
	preferred := affinity.NodeAffinity.PreferredDuringSchedulingIgnoredDuringExecution
	for i := range preferred {
		w.nodeTerm(&preferred[i].Preference, true, at.Child("preferredDuringSchedulingIgnoredDuringExecution").Index(i).Child("preference"))
	}
}

// nodeTerm looks at values only in preferences: those of requirements are
// validated.
func (w *warner) nodeTerm(term *corev1.NodeSelectorTerm, values bool, at *field.Path) {
	for i, expression := range term.MatchExpressions {
		here := at.Child("matchExpressions").Index(i)
		if message := oldNodeLabel(expression.Key); message != "" {
			w.warn(here.Child("key"), "%s is %s", expression.Key, message)
		}
		if !values {
			continue
		}
		for j, value := range expression.Values {
			for _, message := range utilvalidation.IsValidLabelValue(value) {
				w.warn(here.Child("values").Index(j), "%s is invalid, %s", value, message)
			}
		}
	}
}

func (w *warner) podAffinity(affinity *corev1.Affinity, at *field.Path) {
	if affinity == nil {
		return
	}
	if near := affinity.PodAffinity; near != nil {
		w.podTerms(near.RequiredDuringSchedulingIgnoredDuringExecution, near.PreferredDuringSchedulingIgnoredDuringExecution, at.Child("podAffinity"))
	}
	if far := affinity.PodAntiAffinity; far != nil {
		w.podTerms(far.RequiredDuringSchedulingIgnoredDuringExecution, far.PreferredDuringSchedulingIgnoredDuringExecution, at.Child("podAntiAffinity"))
	}
}

func (w *warner) podTerms(required []corev1.PodAffinityTerm, preferred []corev1.WeightedPodAffinityTerm, at *field.Path) {
	const none = "a null labelSelector results in matching no pod"
	for i := range required {
		if required[i].LabelSelector == nil {
			w.warn(at.Child("requiredDuringSchedulingIgnoredDuringExecution").Index(i).Child("labelSelector"), none)
		}
	}
	for i := range preferred {
		if preferred[i].PodAffinityTerm.LabelSelector == nil {
			w.warn(at.Child("preferredDuringSchedulingIgnoredDuringExecution").Index(i).Child("podAffinityTerm", "labelSelector"), none)
		}
	}
}

// appArmor warns of the annotation that the field replaced, unless it says what
// the Pod's field says.
func (w *warner) appArmor(template *corev1.PodTemplateSpec, c *corev1.Container, path *field.Path) {
	key := "container.apparmor.security.beta.kubernetes.io/" + c.Name
	value, ok := template.Annotations[key]
	if !ok || c.SecurityContext != nil && c.SecurityContext.AppArmorProfile != nil {
		return
	}
	if s := template.Spec.SecurityContext; s != nil && s.AppArmorProfile != nil && saysTheSame(s.AppArmorProfile, value) {
		return
	}
	w.warn(path.Child("metadata", "annotations").Key(key), `deprecated since v1.30; use the "appArmorProfile" field instead`)
}

func saysTheSame(profile *corev1.AppArmorProfile, annotation string) bool {
	local := profile.LocalhostProfile
	switch profile.Type {
	case corev1.AppArmorProfileTypeUnconfined:
		return local == nil && annotation == "unconfined"
	case corev1.AppArmorProfileTypeRuntimeDefault:
		return local == nil && annotation == "runtime/default"
	case corev1.AppArmorProfileTypeLocalhost:
		return local != nil && *local != "" && annotation == "localhost/"+*local
	}
	return false
}
