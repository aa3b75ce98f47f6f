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

// validateLimitRange judges the items of a LimitRange that has its defaults.
func validateLimitRange(items []corev1.LimitRangeItem, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	seen := map[corev1.LimitType]bool{}
	for i := range items {
		item, at := &items[i], path.Index(i)
		errs = append(errs, limitType(item.Type, at.Child("type"))...)
		if seen[item.Type] {
			errs = append(errs, field.Duplicate(at.Child("type"), item.Type))
		}
		seen[item.Type] = true
		errs = append(errs, limitItem(item, at)...)
	}
	return errs
}

func limitType(value corev1.LimitType, path *field.Path) field.ErrorList {
	if errs := invalid(path, value, utilvalidation.IsQualifiedName(string(value))); len(errs) > 0 {
		return errs
	}
	standard := []corev1.LimitType{corev1.LimitTypePod, corev1.LimitTypeContainer, corev1.LimitTypePersistentVolumeClaim}
	if !strings.Contains(string(value), "/") && !slices.Contains(standard, value) {
		return field.ErrorList{field.Invalid(path, value, "must be a standard limit type or fully qualified")}
	}
	return nil
}

func limitItem(item *corev1.LimitRangeItem, at *field.Path) field.ErrorList {
	var errs field.ErrorList
	ofContainers := item.Type == corev1.LimitTypePod || item.Type == corev1.LimitTypeContainer
	for _, part := range []struct {
		name string
		list corev1.ResourceList
	}{
		{"max", item.Max}, {"min", item.Min}, {"default", item.Default}, {"defaultRequest", item.DefaultRequest},
		{"maxLimitRequestRatio", item.MaxLimitRequestRatio},
	} {
		if item.Type == corev1.LimitTypePod && strings.HasPrefix(part.name, "default") {
			if len(part.list) > 0 {
				errs = append(errs, field.Forbidden(at.Child(part.name), "may not be specified when `type` is 'Pod'"))
			}
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(part.list)) {
			if ofContainers {
				errs = append(errs, containerResource(key, at.Child(part.name).Key(string(key)))...)
			} else {
				errs = append(errs, anyResource(key, at.Child(part.name).Key(string(key)))...)
			}
		}
	}
	if item.Type == corev1.LimitTypePersistentVolumeClaim {
		_, least := item.Min[corev1.ResourceStorage]
		_, most := item.Max[corev1.ResourceStorage]
		if !least && !most {
			errs = append(errs, field.Required(at.Child("limits"), "either minimum or maximum storage value is required, but neither was provided"))
		}
	}
	return append(errs, limitOrder(item, at)...)
}

// limitOrder holds what is least, usual and most of a resource to their order.
func limitOrder(item *corev1.LimitRangeItem, at *field.Path) field.ErrorList {
	var errs field.ErrorList
	type side struct {
		name string
		list corev1.ResourceList
	}
	least, most := side{"min value", item.Min}, side{"max value", item.Max}
	usual, request := side{"default value", item.Default}, side{"default request value", item.DefaultRequest}
	for _, pair := range []struct {
		at          string
		lower, than side
	}{
		{at: "min", lower: least, than: most},
		{at: "defaultRequest", lower: least, than: request},
		{at: "defaultRequest", lower: request, than: most},
		{at: "defaultRequest", lower: request, than: side{"default limit value", item.Default}},
		{at: "default", lower: least, than: usual},
		{at: "default", lower: usual, than: most},
	} {
		for _, key := range slices.Sorted(maps.Keys(pair.lower.list)) {
			lower := pair.lower.list[key]
			than, ok := pair.than.list[key]
			if ok && lower.Cmp(than) > 0 {
				errs = append(errs, field.Invalid(at.Child(pair.at).Key(string(key)), lower.String(),
					fmt.Sprintf("%s %s is greater than %s %s", pair.lower.name, lower.String(), pair.than.name, than.String())))
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(item.MaxLimitRequestRatio)) {
		ratio := item.MaxLimitRequestRatio[key]
		if ratio.Cmp(resource.MustParse("1")) < 0 {
			errs = append(errs, field.Invalid(at.Child("maxLimitRequestRatio").Key(string(key)), ratio.String(), fmt.Sprintf("ratio %s is less than 1", ratio.String())))
		}
	}
	return errs
}

// validateQuota judges names and amounts of a quota, and its scopes.
func validateQuota(quota *corev1.ResourceQuota) field.ErrorList {
	var errs field.ErrorList
	for _, part := range []struct {
		path *field.Path
		list corev1.ResourceList
	}{
		{field.NewPath("spec", "hard"), quota.Spec.Hard},
		{field.NewPath("status", "hard"), quota.Status.Hard},
		{field.NewPath("status", "used"), quota.Status.Used},
	} {
		for _, key := range slices.Sorted(maps.Keys(part.list)) {
			errs = append(errs, quotaResource(key, part.path.Key(string(key)))...)
			errs = append(errs, validateAmount(key, part.list[key], part.path.Key(string(key)))...)
		}
	}
	scopes := field.NewPath("spec", "scopes")
	has := func(scope corev1.ResourceQuotaScope) bool { return slices.Contains(quota.Spec.Scopes, scope) }
	for _, scope := range quota.Spec.Scopes {
		if !slices.Contains(quotaScopes(), scope) {
			errs = append(errs, field.Invalid(scopes, quota.Spec.Scopes, "unsupported scope"))
		}
	}
	if has(corev1.ResourceQuotaScopeBestEffort) && has(corev1.ResourceQuotaScopeNotBestEffort) ||
		has(corev1.ResourceQuotaScopeTerminating) && has(corev1.ResourceQuotaScopeNotTerminating) {
		errs = append(errs, field.Invalid(scopes, quota.Spec.Scopes, "conflicting scopes"))
	}
	return errs
}

func quotaScopes() []corev1.ResourceQuotaScope {
	return []corev1.ResourceQuotaScope{
		corev1.ResourceQuotaScopeTerminating, corev1.ResourceQuotaScopeNotTerminating,
		corev1.ResourceQuotaScopeBestEffort, corev1.ResourceQuotaScopeNotBestEffort,
		corev1.ResourceQuotaScopePriorityClass, corev1.ResourceQuotaScopeCrossNamespacePodAffinity,
		corev1.ResourceQuotaScopeVolumeAttributesClass,
	}
}

// quotaResource allows what a quota counts: what stands for itself, and names
// with a domain or a group, such as count/jobs.batch.
func quotaResource(key corev1.ResourceName, path *field.Path) field.ErrorList {
	errs := anyResource(key, path)
	if !strings.Contains(string(key), "/") && (len(errs) > 0 || key == corev1.ResourceStorage) {
		errs = append(errs, field.Invalid(path, key, "must be a standard resource for quota"))
	}
	return errs
}
