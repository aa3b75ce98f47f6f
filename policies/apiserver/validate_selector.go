package apiserver

import (
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

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
