package apiserver

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// resourceName judges where a resource may stand.
type resourceName func(corev1.ResourceName, *field.Path) field.ErrorList

// validateResources judges names, amounts and that no request exceeds its limit.
func validateResources(r corev1.ResourceRequirements, name resourceName, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	limits, requests := path.Child("limits"), path.Child("requests")
	computes, pages := false, false
	each := func(list corev1.ResourceList, at *field.Path, compare bool) {
		for _, key := range slices.Sorted(maps.Keys(list)) {
			amount := list[key]
			errs = append(errs, name(key, at.Key(string(key)))...)
			errs = append(errs, validateAmount(key, amount, at.Key(string(key)))...)
			if compare {
				errs = append(errs, withinLimit(key, amount, r.Limits, limits, requests)...)
			}
			computes = computes || key == corev1.ResourceCPU || key == corev1.ResourceMemory
			if !hugePages(key) {
				continue
			}
			pages = true
			if !divisible(key, amount) {
				errs = append(errs, field.Invalid(at.Key(string(key)), amount.String(), fmt.Sprintf("%s is not positive integer multiple of %s", amount.String(), key)))
			}
		}
	}
	each(r.Limits, limits, false)
	each(r.Requests, requests, true)
	if pages && !computes {
		errs = append(errs, field.Forbidden(path, "HugePages require cpu or memory"))
	}
	return errs
}

func withinLimit(key corev1.ResourceName, amount resource.Quantity, all corev1.ResourceList, limits, requests *field.Path) field.ErrorList {
	limit, ok := all[key]
	// More than there is can be promised of Kubernetes' own resources only.
	firm := !native(key) || hugePages(key)
	switch {
	case !ok && firm:
		return field.ErrorList{field.Required(limits, "Limit must be set for non overcommitable resources")}
	case !ok:
		return nil
	case firm && amount.Cmp(limit) != 0:
		return field.ErrorList{field.Invalid(requests, amount.String(), fmt.Sprintf("must be equal to %s limit of %s", key, limit.String()))}
	case amount.Cmp(limit) > 0:
		return field.ErrorList{field.Invalid(requests, amount.String(), fmt.Sprintf("must be less than or equal to %s limit of %s", key, limit.String()))}
	}
	return nil
}

func validateAmount(key corev1.ResourceName, amount resource.Quantity, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if amount.Sign() < 0 {
		errs = append(errs, field.Invalid(path, amount.String(), "must be greater than or equal to 0"))
	}
	if whole(key) && amount.MilliValue()%1000 != 0 {
		errs = append(errs, field.Invalid(path, amount.String(), "must be an integer"))
	}
	return errs
}

// containerResource allows cpu, memory, ephemeral-storage, huge pages and
// extended resources.
func containerResource(key corev1.ResourceName, path *field.Path) field.ErrorList {
	errs := anyResource(key, path)
	if !strings.Contains(string(key), "/") {
		if !hugePages(key) && !slices.Contains([]corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceMemory, corev1.ResourceEphemeralStorage}, key) {
			errs = append(errs, field.Invalid(path, key, "must be a standard resource for containers"))
		}
	} else if !native(key) && !extended(key) {
		errs = append(errs, field.Invalid(path, key, "doesn't follow extended resource name standard"))
	}
	return errs
}

// podResource allows cpu, memory and huge pages.
func podResource(key corev1.ResourceName, path *field.Path) field.ErrorList {
	if errs := anyResource(key, path); len(errs) > 0 {
		return errs
	}
	if key == corev1.ResourceCPU || key == corev1.ResourceMemory || hugePages(key) {
		return nil
	}
	return field.ErrorList{field.NotSupported(path, key, []corev1.ResourceName{corev1.ResourceCPU, corev1.ResourceHugePagesPrefix, corev1.ResourceMemory})}
}

func anyResource(key corev1.ResourceName, path *field.Path) field.ErrorList {
	if errs := invalid(path, key, utilvalidation.IsQualifiedName(string(key))); len(errs) > 0 {
		return errs
	}
	if strings.Contains(string(key), "/") || hugePages(key) || strings.HasPrefix(string(key), corev1.ResourceRequestsHugePagesPrefix) || counted(key) || slices.Contains([]string{
		"cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
		"limits.cpu", "limits.memory", "limits.ephemeral-storage", "requests.storage", "storage",
	}, string(key)) {
		return nil
	}
	return field.ErrorList{field.Invalid(path, key, "must be a standard resource type or fully qualified")}
}

// counted are the resources of a quota that count objects.
func counted(key corev1.ResourceName) bool {
	return slices.Contains([]string{
		"pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps",
		"persistentvolumeclaims", "services.nodeports", "services.loadbalancers",
	}, string(key))
}

// whole tells whether there are no parts of a resource.
func whole(key corev1.ResourceName) bool { return counted(key) || extended(key) }

func hugePages(key corev1.ResourceName) bool {
	return strings.HasPrefix(string(key), corev1.ResourceHugePagesPrefix)
}

// native tells whether Kubernetes itself names the resource.
func native(key corev1.ResourceName) bool {
	return !strings.Contains(string(key), "/") || strings.Contains(string(key), corev1.ResourceDefaultNamespacePrefix)
}

// extended tells whether a resource is somebody else's and can have a quota.
func extended(key corev1.ResourceName) bool {
	return !native(key) && !strings.HasPrefix(string(key), corev1.DefaultResourceRequestsPrefix) &&
		len(utilvalidation.IsQualifiedName(corev1.DefaultResourceRequestsPrefix+string(key))) == 0
}

func divisible(key corev1.ResourceName, amount resource.Quantity) bool {
	page, err := resource.ParseQuantity(strings.TrimPrefix(string(key), corev1.ResourceHugePagesPrefix))
	if err != nil || page.Sign() <= 0 || page.MilliValue()%1000 != 0 {
		return false
	}
	return amount.Value()%page.Value() == 0
}

// validateClaims holds the claims that a container uses to those of its Pod, and
// each to one use.
func validateClaims(claims []corev1.ResourceClaim, pod []corev1.PodResourceClaim, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	known := map[string]bool{}
	for _, claim := range pod {
		known[claim.Name] = true
	}
	names := slices.Sorted(maps.Keys(known))
	seen := map[string]bool{}
	for i, claim := range claims {
		at := path.Index(i)
		if claim.Name == "" {
			errs = append(errs, field.Required(at, ""))
			continue
		}
		switch key := claim.Name + "/" + claim.Request; {
		case seen[claim.Name]:
			errs = append(errs, field.Duplicate(at, claim.Name))
		default:
			if claim.Request != "" {
				errs = append(errs, label(at.Child("request"), claim.Request)...)
			} else {
				key = claim.Name
				for other := range seen {
					if name, _, ok := strings.Cut(other, "/"); ok && name == claim.Name {
						errs = append(errs, field.Duplicate(at, claim.Name))
					}
				}
			}
			if seen[key] {
				errs = append(errs, field.Duplicate(at, key))
			}
			seen[key] = true
		}
		if known[claim.Name] {
			continue
		}
		missing := field.NotFound(at, claim.Name)
		missing.Detail = "must be one of the names in pod.spec.resourceClaims"
		if len(names) == 0 {
			missing.Detail += " which is empty"
		} else {
			missing.Detail += ": " + strings.Join(names, ", ")
		}
		errs = append(errs, missing)
	}
	return errs
}
