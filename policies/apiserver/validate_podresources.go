package apiserver

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// validatePodResources judges the requests and limits of a Pod as a whole
// against those of its containers.
func validatePodResources(spec *corev1.PodSpec, path *field.Path) field.ErrorList {
	if spec.OS != nil && spec.OS.Name == corev1.Windows {
		return field.ErrorList{field.Forbidden(path, "may not be set for a windows pod")}
	}
	var errs field.ErrorList
	r := spec.Resources
	if r.Claims != nil {
		errs = append(errs, field.Forbidden(path.Child("claims"), "claims may not be set for Resources at pod-level"))
		errs = append(errs, validateClaims(r.Claims, spec.ResourceClaims, path.Child("claims"))...)
	}
	errs = append(errs, validateResources(*r, podResource, path)...)
	requests := total(spec, func(c *corev1.Container) corev1.ResourceList { return c.Resources.Requests })
	for _, key := range slices.Sorted(maps.Keys(requests)) {
		sum := requests[key]
		if own, ok := r.Requests[key]; ok && sum.Cmp(own) > 0 {
			errs = append(errs, field.Invalid(path.Child("requests").Key(string(key)), own.String(), "must be greater than or equal to aggregate container requests of "+sum.String()))
		}
	}
	limits := total(spec, func(c *corev1.Container) corev1.ResourceList { return c.Resources.Limits })
	for _, key := range slices.Sorted(maps.Keys(limits)) {
		sum := limits[key]
		if own, ok := r.Limits[key]; ok && hugePages(key) && sum.Cmp(own) > 0 {
			errs = append(errs, field.Invalid(path.Child("limits").Key(string(key)), own.String(), "must be greater than or equal to aggregate container limits of "+sum.String()))
		}
	}
	for i := range spec.Containers {
		list := spec.Containers[i].Resources.Limits
		for _, key := range slices.Sorted(maps.Keys(list)) {
			limit := list[key]
			if own, ok := r.Limits[key]; ok && limit.Cmp(own) > 0 {
				at := path.Child("containers").Index(i).Key(string(key)).Child("limits")
				errs = append(errs, field.Invalid(at, limit.String(), fmt.Sprintf("must be less than or equal to pod limits of %s", own.String())))
			}
		}
	}
	return errs
}

// total is what a Pod needs at its busiest: all containers and sidecars
// together, or an init container beside the sidecars that started before it.
func total(spec *corev1.PodSpec, of func(*corev1.Container) corev1.ResourceList) corev1.ResourceList {
	sum, sidecars, busiest := corev1.ResourceList{}, corev1.ResourceList{}, corev1.ResourceList{}
	for i := range spec.Containers {
		add(sum, of(&spec.Containers[i]))
	}
	for i := range spec.InitContainers {
		c := &spec.InitContainers[i]
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			add(sum, of(c))
			add(sidecars, of(c))
			atLeast(busiest, sidecars)
			continue
		}
		now := corev1.ResourceList{}
		add(now, of(c))
		add(now, sidecars)
		atLeast(busiest, now)
	}
	atLeast(sum, busiest)
	return sum
}

func add(to, list corev1.ResourceList) {
	for key, amount := range list {
		sum := to[key]
		if _, ok := to[key]; !ok {
			sum = amount.DeepCopy()
		} else {
			sum.Add(amount)
		}
		to[key] = sum
	}
}

func atLeast(to, list corev1.ResourceList) {
	for key, amount := range list {
		if have, ok := to[key]; !ok || amount.Cmp(have) > 0 {
			to[key] = amount.DeepCopy()
		}
	}
}
