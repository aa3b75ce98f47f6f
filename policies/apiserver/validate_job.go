package apiserver

import (
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// The bounds of an Indexed Job. Beyond manyCompletions a Job with a back-off
// limit per index has narrower ones.
const (
	maxParallelism         = 100_000
	maxFailedIndexes       = 100_000
	manyCompletions        = 100_000
	maxParallelismOfMany   = 10_000
	maxFailedIndexesOfMany = 10_000
	maxManagedBy           = 63
)

// validateJobSpec judges a Job's spec, or that of a CronJob's template, without
// the selector.
func validateJobSpec(spec *batchv1.JobSpec, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	errs = append(errs, natural(path.Child("parallelism"), spec.Parallelism)...)
	errs = append(errs, natural(path.Child("completions"), spec.Completions)...)
	errs = append(errs, natural(path.Child("activeDeadlineSeconds"), spec.ActiveDeadlineSeconds)...)
	errs = append(errs, natural(path.Child("backoffLimit"), spec.BackoffLimit)...)
	errs = append(errs, natural(path.Child("ttlSecondsAfterFinished"), spec.TTLSecondsAfterFinished)...)
	errs = append(errs, natural(path.Child("backoffLimitPerIndex"), spec.BackoffLimitPerIndex)...)
	errs = append(errs, natural(path.Child("maxFailedIndexes"), spec.MaxFailedIndexes)...)
	if spec.MaxFailedIndexes != nil && spec.BackoffLimitPerIndex == nil {
		errs = append(errs, field.Required(path.Child("backoffLimitPerIndex"), "when maxFailedIndexes is specified"))
	}
	if spec.ManagedBy != nil {
		at := path.Child("managedBy")
		errs = append(errs, utilvalidation.IsDomainPrefixedPath(at, *spec.ManagedBy)...)
		if len(*spec.ManagedBy) > maxManagedBy {
			errs = append(errs, field.TooLong(at, "", maxManagedBy))
		}
	}
	errs = append(errs, validateCompletionMode(spec, path)...)
	if spec.PodFailurePolicy != nil {
		errs = append(errs, validateFailurePolicy(spec, path.Child("podFailurePolicy"))...)
	}
	if spec.SuccessPolicy != nil {
		if indexed(spec) {
			errs = append(errs, validateSuccessPolicy(spec, path.Child("successPolicy"))...)
		} else {
			errs = append(errs, field.Invalid(path.Child("successPolicy"), *spec.SuccessPolicy, "requires indexed completion mode"))
		}
	}
	if policy := spec.PodReplacementPolicy; policy != nil {
		allowed := []batchv1.PodReplacementPolicy{batchv1.Failed}
		if spec.PodFailurePolicy == nil {
			allowed = append(allowed, batchv1.TerminatingOrFailed)
		}
		errs = append(errs, among(path.Child("podReplacementPolicy"), *policy, allowed...)...)
	}
	errs = append(errs, validateTemplate(&spec.Template, path.Child("template"))...)
	return append(errs, validateRestart(spec, path.Child("template", "spec", "restartPolicy"))...)
}

func validateRestart(spec *batchv1.JobSpec, path *field.Path) field.ErrorList {
	policy := spec.Template.Spec.RestartPolicy
	switch {
	case policy == "" || policy == corev1.RestartPolicyAlways:
		return field.ErrorList{field.Required(path, `valid values: "OnFailure", "Never"`)}
	case policy != corev1.RestartPolicyOnFailure && policy != corev1.RestartPolicyNever:
		return among(path, policy, corev1.RestartPolicyOnFailure, corev1.RestartPolicyNever)
	case spec.PodFailurePolicy != nil && policy != corev1.RestartPolicyNever:
		return field.ErrorList{field.Invalid(path, policy, `only "Never" is supported when podFailurePolicy is specified`)}
	}
	return nil
}

func validateCompletionMode(spec *batchv1.JobSpec, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if spec.CompletionMode != nil {
		errs = append(errs, among(path.Child("completionMode"), *spec.CompletionMode, batchv1.NonIndexedCompletion, batchv1.IndexedCompletion)...)
		if indexed(spec) {
			return append(errs, validateIndexed(spec, path)...)
		}
		if *spec.CompletionMode != batchv1.NonIndexedCompletion {
			return errs
		}
	}
	const needs = "requires indexed completion mode"
	if spec.BackoffLimitPerIndex != nil {
		errs = append(errs, field.Invalid(path.Child("backoffLimitPerIndex"), *spec.BackoffLimitPerIndex, needs))
	}
	if spec.MaxFailedIndexes != nil {
		errs = append(errs, field.Invalid(path.Child("maxFailedIndexes"), *spec.MaxFailedIndexes, needs))
	}
	return errs
}

func validateIndexed(spec *batchv1.JobSpec, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	parallelism, failed := path.Child("parallelism"), path.Child("maxFailedIndexes")
	if spec.Completions == nil {
		errs = append(errs, field.Required(path.Child("completions"), "when completion mode is Indexed"))
	}
	errs = append(errs, atMost(parallelism, spec.Parallelism, maxParallelism, "must be less than or equal to %d when completion mode is Indexed")...)
	if spec.Completions != nil && spec.MaxFailedIndexes != nil && *spec.MaxFailedIndexes > *spec.Completions {
		errs = append(errs, field.Invalid(failed, *spec.MaxFailedIndexes, "must be less than or equal to completions"))
	}
	errs = append(errs, atMost(failed, spec.MaxFailedIndexes, maxFailedIndexes, "must be less than or equal to %d")...)
	if spec.Completions == nil || *spec.Completions <= manyCompletions || spec.BackoffLimitPerIndex == nil {
		return errs
	}
	if spec.MaxFailedIndexes == nil {
		errs = append(errs, field.Required(failed, fmt.Sprintf("must be specified when completions is above %d", manyCompletions)))
	}
	narrower := fmt.Sprintf("must be less than or equal to %%d when completions are above %d and used with backoff limit per index", manyCompletions)
	errs = append(errs, atMost(parallelism, spec.Parallelism, maxParallelismOfMany, narrower)...)
	return append(errs, atMost(failed, spec.MaxFailedIndexes, maxFailedIndexesOfMany, narrower)...)
}
