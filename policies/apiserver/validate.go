package apiserver

import (
	"fmt"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/labels"
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

// validateOwnSelector holds a generated selector, and the labels it selects, to
// what the API server generates: an author may have written others.
func validateOwnSelector(job *batchv1.Job, name string) field.ErrorList {
	manual := job.Spec.ManualSelector
	if manual != nil && *manual || job.Spec.Selector == nil {
		return nil
	}
	var errs field.ErrorList
	uid := string(job.UID)
	if uid == "" {
		errs = append(errs, field.Required(field.NewPath("metadata", "uid"), ""))
	}
	want := labels.Set{}
	path := field.NewPath("spec", "template", "metadata", "labels")
	for _, label := range []struct{ key, value string }{
		{oldUIDLabel, uid},
		{oldNameLabel, name},
		{batchv1.ControllerUidLabel, uid},
		{batchv1.JobNameLabel, name},
	} {
		want[label.key] = label.value
		got, ok := job.Spec.Template.Labels[label.key]
		if must := fmt.Sprintf("must be '%s'", label.value); !ok {
			errs = append(errs, field.Required(path.Key(label.key), must))
		} else if got != label.value {
			errs = append(errs, field.Invalid(path.Key(label.key), job.Spec.Template.Labels, must))
		}
	}
	if selector, err := metav1.LabelSelectorAsSelector(job.Spec.Selector); err == nil && !selector.Matches(want) {
		errs = append(errs, field.Invalid(field.NewPath("spec", "selector"), job.Spec.Selector, "`selector` not auto-generated"))
	}
	return errs
}

func validateSelector(spec *batchv1.JobSpec, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if spec.Selector == nil {
		errs = append(errs, field.Required(path.Child("selector"), ""))
	} else {
		errs = append(errs, metavalidation.ValidateLabelSelector(spec.Selector, metavalidation.LabelSelectorValidationOptions{}, path.Child("selector"))...)
	}
	selector, err := metav1.LabelSelectorAsSelector(spec.Selector)
	if err == nil && !selector.Matches(labels.Set(spec.Template.Labels)) {
		errs = append(errs, field.Invalid(path.Child("template", "metadata", "labels"), spec.Template.Labels, "`selector` does not match template `labels`"))
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

// invalid is one error for each message.
func invalid(path *field.Path, value any, messages []string) field.ErrorList {
	var errs field.ErrorList
	for _, message := range messages {
		errs = append(errs, field.Invalid(path, value, message))
	}
	return errs
}

// natural holds an optional number to zero or more.
func natural[T int32 | int64](path *field.Path, value *T) field.ErrorList {
	if value == nil {
		return nil
	}
	return validation.ValidateNonnegativeField(int64(*value), path)
}

// oneOf holds a value to a list; an empty one is required.
func oneOf[T ~string](path *field.Path, value T, allowed ...T) field.ErrorList {
	if value == "" {
		return field.ErrorList{field.Required(path, "")}
	}
	return among(path, value, allowed...)
}

// among holds a value to a list, which may contain the empty one.
func among[T ~string](path *field.Path, value T, allowed ...T) field.ErrorList {
	for _, one := range allowed {
		if value == one {
			return nil
		}
	}
	return field.ErrorList{field.NotSupported(path, value, allowed)}
}

// label holds a value to an RFC 1123 label.
func label(path *field.Path, value string) field.ErrorList {
	return invalid(path, value, utilvalidation.IsDNS1123Label(value))
}

// subdomain holds a value to an RFC 1123 subdomain.
func subdomain(path *field.Path, value string) field.ErrorList {
	return invalid(path, value, utilvalidation.IsDNS1123Subdomain(value))
}

// qualified holds a value to a name with an optional DNS prefix.
func qualified(path *field.Path, value string) field.ErrorList {
	return invalid(path, value, utilvalidation.IsQualifiedName(value))
}
