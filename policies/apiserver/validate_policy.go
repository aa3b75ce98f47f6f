package apiserver

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// The bounds of pod failure policies and success policies.
const (
	maxPolicyRules      = 20
	maxExitCodes        = 255
	maxConditions       = 20
	maxSucceededIndexes = 64 << 10
)

func validateFailurePolicy(spec *batchv1.JobSpec, path *field.Path) field.ErrorList {
	rules := spec.PodFailurePolicy.Rules
	errs := tooMany(path.Child("rules"), len(rules), maxPolicyRules)
	for i := range rules {
		errs = append(errs, validateFailureRule(spec, &rules[i], path.Child("rules").Index(i))...)
	}
	return errs
}

func validateFailureRule(spec *batchv1.JobSpec, rule *batchv1.PodFailurePolicyRule, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	action := path.Child("action")
	if rule.Action == batchv1.PodFailurePolicyActionFailIndex {
		if spec.BackoffLimitPerIndex == nil {
			errs = append(errs, field.Invalid(action, rule.Action, "requires the backoffLimitPerIndex to be set"))
		}
	} else {
		errs = append(errs, listed(action, rule.Action,
			batchv1.PodFailurePolicyActionCount, batchv1.PodFailurePolicyActionFailIndex,
			batchv1.PodFailurePolicyActionFailJob, batchv1.PodFailurePolicyActionIgnore)...)
	}
	codes, conditions := rule.OnExitCodes != nil, len(rule.OnPodConditions) > 0
	if codes {
		errs = append(errs, validateExitCodes(spec, rule.OnExitCodes, path.Child("onExitCodes"))...)
	}
	if conditions {
		errs = append(errs, validateConditions(rule.OnPodConditions, path.Child("onPodConditions"))...)
	}
	if codes && conditions {
		errs = append(errs, field.Invalid(path, field.OmitValueType{}, "specifying both OnExitCodes and OnPodConditions is not supported"))
	}
	if !codes && !conditions {
		errs = append(errs, field.Invalid(path, field.OmitValueType{}, "specifying one of OnExitCodes and OnPodConditions is required"))
	}
	return errs
}

func validateConditions(patterns []batchv1.PodFailurePolicyOnPodConditionsPattern, path *field.Path) field.ErrorList {
	errs := tooMany(path, len(patterns), maxConditions)
	for i, pattern := range patterns {
		at := path.Index(i)
		errs = append(errs, qualified(at.Child("type"), string(pattern.Type))...)
		errs = append(errs, listed(at.Child("status"), pattern.Status, corev1.ConditionFalse, corev1.ConditionTrue, corev1.ConditionUnknown)...)
	}
	return errs
}

func validateExitCodes(spec *batchv1.JobSpec, codes *batchv1.PodFailurePolicyOnExitCodesRequirement, path *field.Path) field.ErrorList {
	errs := listed(path.Child("operator"), codes.Operator, batchv1.PodFailurePolicyOnExitCodesOpIn, batchv1.PodFailurePolicyOnExitCodesOpNotIn)
	if name := codes.ContainerName; name != nil && !hasContainer(&spec.Template.Spec, *name) {
		errs = append(errs, field.Invalid(path.Child("containerName"), *name, "must be one of the container or initContainer names in the pod template"))
	}
	values := path.Child("values")
	if len(codes.Values) == 0 {
		errs = append(errs, field.Invalid(values, codes.Values, "at least one value is required"))
	}
	errs = append(errs, tooMany(values, len(codes.Values), maxExitCodes)...)
	seen := make(map[int32]bool, len(codes.Values))
	for i, code := range codes.Values {
		if code == 0 && codes.Operator == batchv1.PodFailurePolicyOnExitCodesOpIn {
			errs = append(errs, field.Invalid(values.Index(i), code, "must not be 0 for the In operator"))
		}
		if seen[code] {
			errs = append(errs, field.Duplicate(values.Index(i), code))
		}
		seen[code] = true
	}
	if !slices.IsSorted(codes.Values) {
		errs = append(errs, field.Invalid(values, codes.Values, "must be ordered"))
	}
	return errs
}

func hasContainer(spec *corev1.PodSpec, name string) bool {
	named := func(c corev1.Container) bool { return c.Name == name }
	return slices.ContainsFunc(spec.Containers, named) || slices.ContainsFunc(spec.InitContainers, named)
}

// validateSuccessPolicy judges the policy of an Indexed Job. Without
// completions, an error of its own, counts are compared with nothing: the API
// server falls over such a policy and answers 500.
func validateSuccessPolicy(spec *batchv1.JobSpec, path *field.Path) field.ErrorList {
	rules := spec.SuccessPolicy.Rules
	at := path.Child("rules")
	var errs field.ErrorList
	if len(rules) == 0 {
		errs = append(errs, field.Required(at, "at least one rules must be specified when the successPolicy is specified"))
	}
	errs = append(errs, tooMany(at, len(rules), maxPolicyRules)...)
	for i := range rules {
		errs = append(errs, validateSuccessRule(&rules[i], spec.Completions, at.Index(i))...)
	}
	return errs
}

func validateSuccessRule(rule *batchv1.SuccessPolicyRule, completions *int32, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if rule.SucceededCount == nil && rule.SucceededIndexes == nil {
		errs = append(errs, field.Required(path, "at least one of succeededCount or succeededIndexes must be specified"))
	}
	if completions == nil {
		return errs
	}
	var total int32
	if text := rule.SucceededIndexes; text != nil {
		at := path.Child("succeededIndexes")
		if len(*text) > maxSucceededIndexes {
			errs = append(errs, field.TooLong(at, "", maxSucceededIndexes))
		}
		var err error
		if total, err = countIndexes(*text, *completions); err != nil {
			errs = append(errs, field.Invalid(at, *text, "error parsing succeededIndexes: "+err.Error()))
		}
	}
	count := rule.SucceededCount
	if count == nil {
		return errs
	}
	at := path.Child("succeededCount")
	errs = append(errs, natural(at, count)...)
	errs = append(errs, atMost(at, count, *completions, "must be less than or equal to %d (the number of specified completions)")...)
	if rule.SucceededIndexes != nil {
		errs = append(errs, atMost(at, count, total, "must be less than or equal to %d (the number of indexes in the specified succeededIndexes field)")...)
	}
	return errs
}

// countIndexes counts the indexes of "0,2-5,7", which must rise and stay below
// completions.
func countIndexes(text string, completions int32) (int32, error) {
	if text == "" {
		return 0, nil
	}
	var total int32
	last, first := 0, true
	for part := range strings.SplitSeq(text, ",") {
		from, to, err := parseInterval(part, int(completions))
		if err != nil {
			return 0, err
		}
		if !first && last >= from {
			return 0, fmt.Errorf("non-increasing order, previous: %d, current: %d", last, from)
		}
		total += int32(to - from + 1)
		last, first = to, false
	}
	return total, nil
}

func parseInterval(part string, completions int) (from, to int, err error) {
	ends := strings.Split(part, "-")
	if len(ends) > 2 {
		return 0, 0, fmt.Errorf("the fragment %q violates the requirement that an index interval can have at most two parts separated by '-'", part)
	}
	var at [2]int
	for i, end := range ends {
		if at[i], err = strconv.Atoi(end); err != nil {
			return 0, 0, fmt.Errorf("cannot convert string to integer for index: %q", end)
		}
		if at[i] >= completions {
			return 0, 0, fmt.Errorf("too large index: %q", end)
		}
	}
	if len(ends) == 1 {
		return at[0], at[0], nil
	}
	if at[0] >= at[1] {
		return 0, 0, fmt.Errorf("non-increasing order, previous: %d, current: %d", at[0], at[1])
	}
	return at[0], at[1], nil
}
