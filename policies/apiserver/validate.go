package apiserver

import (
	"fmt"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// maxCronJobName leaves room for the "-" and ten digits that the controller
// appends to make the name of a Job.
const maxCronJobName = 63 - 11

// Validate judges a prepared object as kube-apiserver 1.37 judges a CREATE:
// every error, with the type, the field and the words of the API server. What
// it does not judge is listed by NotCovered. An object with a generateName is
// judged under that name and five x.
func (o *Object) Validate() field.ErrorList {
	meta := *o.meta()
	meta.Name = stored(&meta)
	errs := validateMeta(&meta, field.NewPath("metadata"))
	if o.CronJob != nil {
		errs = append(errs, validateCronJobSpec(&o.CronJob.Spec, field.NewPath("spec"))...)
		if len(meta.Name) > maxCronJobName {
			errs = append(errs, field.Invalid(field.NewPath("metadata", "name"), meta.Name, fmt.Sprintf("must be no more than %d characters", maxCronJobName)))
		}
		return errs
	}
	errs = append(errs, validateOwnSelector(o.Job, meta.Name)...)
	errs = append(errs, validateJobSpec(&o.Job.Spec, field.NewPath("spec"))...)
	errs = append(errs, validateSelector(&o.Job.Spec, field.NewPath("spec"))...)
	return append(errs, validateHostnames(&o.Job.Spec, meta.Name)...)
}

func validateMeta(meta *metav1.ObjectMeta, path *field.Path) field.ErrorList {
	errs := validation.ValidateObjectMeta(meta, true, validation.NameIsDNSSubdomain, path)
	for i, finalizer := range meta.Finalizers {
		switch finalizer {
		case string(corev1.FinalizerKubernetes), metav1.FinalizerOrphanDependents, metav1.FinalizerDeleteDependents:
			continue
		}
		if !strings.Contains(finalizer, "/") {
			errs = append(errs, field.Invalid(path.Child("finalizers").Index(i), finalizer, "name is neither a standard finalizer name nor is it fully qualified"))
		}
	}
	return errs
}

// validateHostnames holds the longest host name of an Indexed Job's Pods to a
// DNS label.
func validateHostnames(spec *batchv1.JobSpec, name string) field.ErrorList {
	if !indexed(spec) || spec.Completions == nil || *spec.Completions <= 0 {
		return nil
	}
	host := fmt.Sprintf("%s-%d", name, *spec.Completions-1)
	if len(utilvalidation.IsDNS1123Label(host)) == 0 {
		return nil
	}
	return field.ErrorList{field.Invalid(field.NewPath("metadata", "name"), name, "will not able to create pod with invalid DNS label: "+host)}
}

func indexed(spec *batchv1.JobSpec) bool {
	return spec.CompletionMode != nil && *spec.CompletionMode == batchv1.IndexedCompletion
}
