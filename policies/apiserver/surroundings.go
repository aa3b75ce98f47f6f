package apiserver

import (
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"
)

// SurroundingsError is a Namespace, LimitRange or ResourceQuota that the API
// server refuses.
type SurroundingsError struct {
	Field   string // of the first thing that is wrong; empty when it is the whole
	Message string // what is wrong there, without the field
	Unknown bool   // there is no such field
}

// Error is "spec.hard[cpus]: what is wrong".
func (e *SurroundingsError) Error() string {
	if e.Field == "" {
		return e.Message
	}
	return e.Field + ": " + e.Message
}

// Namespace reads a Namespace as the API server stores it. Unknown fields are
// dropped, unless they are refused. The error is a *SurroundingsError.
func Namespace(doc []byte, fv FieldValidation) (*corev1.Namespace, error) {
	ns := &corev1.Namespace{}
	if err := surrounding(doc, fv, ns); err != nil {
		return nil, err
	}
	meta := ns.ObjectMeta
	meta.Namespace = "" // the API server takes it away
	if err := named(&meta, false, validation.ValidateNamespaceName); err != nil {
		return nil, err
	}
	if ns.Name != "" {
		if ns.Labels == nil {
			ns.Labels = map[string]string{}
		}
		ns.Labels[corev1.LabelMetadataName] = ns.Name
	}
	return ns, nil
}

// LimitRange reads a LimitRange as the API server stores it: what is the most
// for a container is its default too. Unknown fields are dropped, unless they
// are refused. The error is a *SurroundingsError.
func LimitRange(doc []byte, fv FieldValidation) (*corev1.LimitRange, error) {
	limits := &corev1.LimitRange{}
	if err := surrounding(doc, fv, limits); err != nil {
		return nil, err
	}
	if err := named(&limits.ObjectMeta, true, validation.NameIsDNSSubdomain); err != nil {
		return nil, err
	}
	for i := range limits.Spec.Limits {
		item := &limits.Spec.Limits[i]
		if item.Type == corev1.LimitTypeContainer {
			item.Default = completed(item.Default, item.Max)
			item.DefaultRequest = completed(item.DefaultRequest, item.Default, item.Min)
		}
		for _, list := range []corev1.ResourceList{item.Max, item.Min, item.Default, item.DefaultRequest, item.MaxLimitRequestRatio} {
			roundUp(list)
		}
	}
	if err := first(validateLimitRange(limits.Spec.Limits, field.NewPath("spec", "limits"))); err != nil {
		return nil, err
	}
	return limits, nil
}

// ResourceQuota reads a ResourceQuota as the API server stores it. Unknown
// fields are dropped, unless they are refused. The error is a
// *SurroundingsError.
func ResourceQuota(doc []byte, fv FieldValidation) (*corev1.ResourceQuota, error) {
	quota := &corev1.ResourceQuota{}
	if err := surrounding(doc, fv, quota); err != nil {
		return nil, err
	}
	if err := named(&quota.ObjectMeta, true, validation.NameIsDNSSubdomain); err != nil {
		return nil, err
	}
	for _, list := range []corev1.ResourceList{quota.Spec.Hard, quota.Status.Hard, quota.Status.Used} {
		roundUp(list)
	}
	if err := first(validateQuota(quota)); err != nil {
		return nil, err
	}
	return quota, nil
}

// surrounding decodes a document. A field that is misspelt says nothing, and
// what it leaves out would count as known.
func surrounding(doc []byte, fv FieldValidation, into any) error {
	if err := amounts(doc); err != nil {
		return err
	}
	var problems []error
	var err error
	if fv == Strict {
		problems, err = kjson.UnmarshalStrict(doc, into)
	} else {
		err = kjson.UnmarshalCaseSensitivePreserveInts(doc, into)
	}
	if err != nil {
		return &SurroundingsError{Message: err.Error()}
	}
	if len(problems) == 0 {
		return nil
	}
	wrong := &SurroundingsError{Message: problems[0].Error()}
	if at, ok := errors.AsType[kjson.FieldError](problems[0]); ok {
		wrong.Field, wrong.Message = at.FieldPath(), "stands twice"
		if problems[0].Error() == fmt.Sprintf("unknown field %q", wrong.Field) {
			wrong.Unknown, wrong.Message = true, "is not a field of this kind"
		}
	}
	return wrong
}

// named holds the metadata to what an object of that kind must have.
func named(meta *metav1.ObjectMeta, inNamespace bool, name validation.ValidateNameFunc) error {
	judged := *meta
	judged.Name = stored(&judged)
	if inNamespace && judged.Namespace == "" {
		judged.Namespace = metav1.NamespaceDefault
	}
	return first(validation.ValidateObjectMeta(&judged, inNamespace, name, field.NewPath("metadata")))
}

func first(errs field.ErrorList) error {
	if len(errs) == 0 {
		return nil
	}
	return &SurroundingsError{Field: errs[0].Field, Message: errs[0].ErrorBody()}
}

// completed is a list with what it lacks, from the first list that has it.
func completed(list corev1.ResourceList, from ...corev1.ResourceList) corev1.ResourceList {
	if list == nil {
		list = corev1.ResourceList{}
	}
	for _, other := range from {
		for name, quantity := range other {
			if _, ok := list[name]; !ok {
				list[name] = quantity
			}
		}
	}
	return list
}
