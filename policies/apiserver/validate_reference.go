package apiserver

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func envFields() []string {
	return []string{
		"metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName",
		"status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs",
	}
}

// otherFields are field paths that exist but that an environment variable
// cannot take; the API server has another error for them than for nonsense.
func otherFields() []string {
	return []string{"metadata.annotations", "metadata.labels", "spec.restartPolicy", "spec.schedulerName", "status.phase"}
}

func validateFieldRef(ref *corev1.ObjectFieldSelector, path *field.Path) field.ErrorList {
	if ref.APIVersion == "" {
		return field.ErrorList{field.Required(path.Child("apiVersion"), "")}
	}
	at := path.Child("fieldPath")
	if ref.FieldPath == "" {
		return field.ErrorList{field.Required(at, "")}
	}
	wrong := func(text string) field.ErrorList {
		return field.ErrorList{field.Invalid(at, ref.FieldPath, "error converting fieldPath: "+text)}
	}
	if ref.APIVersion != "v1" {
		return wrong("unsupported pod version: " + ref.APIVersion)
	}
	name, key, ok := subscript(ref.FieldPath)
	switch {
	case !ok:
	case name == "metadata.annotations":
		return qualified(path, strings.ToLower(key))
	case name == "metadata.labels":
		return qualified(path, key)
	default:
		return wrong("field label does not support subscript: " + ref.FieldPath)
	}
	// spec.host is an old name of spec.nodeName.
	if ref.FieldPath == "spec.host" || slices.Contains(envFields(), ref.FieldPath) {
		return nil
	}
	if slices.Contains(otherFields(), ref.FieldPath) {
		return field.ErrorList{field.NotSupported(at, ref.FieldPath, envFields())}
	}
	return wrong("field label not supported: " + ref.FieldPath)
}

// subscript takes metadata.labels['key'] apart.
func subscript(path string) (name, key string, ok bool) {
	rest, ok := strings.CutSuffix(path, "']")
	if !ok {
		return "", "", false
	}
	name, key, ok = strings.Cut(rest, "['")
	return name, key, ok && name != ""
}

func validateResourceRef(ref *corev1.ResourceFieldSelector, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	allowed := []string{
		"limits.cpu", "limits.ephemeral-storage", "limits.memory",
		"requests.cpu", "requests.ephemeral-storage", "requests.memory",
	}
	pages := strings.HasPrefix(ref.Resource, "limits.hugepages-") || strings.HasPrefix(ref.Resource, "requests.hugepages-")
	switch {
	case ref.Resource == "":
		errs = append(errs, field.Required(path.Child("resource"), ""))
	case !pages && !slices.Contains(allowed, ref.Resource):
		errs = append(errs, field.NotSupported(path.Child("resource"), ref.Resource, allowed))
	}
	if ref.Divisor.IsZero() {
		return errs
	}
	units := "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei"
	var kind string
	switch _, name, _ := strings.Cut(ref.Resource, "."); {
	case pages:
		kind = "hugepages"
	case !slices.Contains(allowed, ref.Resource):
		return errs
	case name == "cpu":
		units, kind = "1m, 1", "cpu"
	case name == "memory":
		kind = "memory"
	default:
		kind = "local ephemeral storage"
	}
	if !unit(ref.Divisor, units) {
		units = strings.Replace(units, "1m, 1", "1m and 1", 1)
		errs = append(errs, field.Invalid(path.Child("divisor"), ref.Resource, fmt.Sprintf("only divisor's values %s are supported with the %s resource", units, kind)))
	}
	return errs
}

func unit(q resource.Quantity, units string) bool {
	return slices.Contains(strings.Split(units, ", "), q.String())
}
