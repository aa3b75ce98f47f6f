package apiserver

import (
	"fmt"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func validateEnv(env []corev1.EnvVar, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	for i := range env {
		at := path.Index(i)
		if env[i].Name == "" {
			errs = append(errs, field.Required(at.Child("name"), ""))
		} else {
			errs = append(errs, invalid(at.Child("name"), env[i].Name, utilvalidation.IsRelaxedEnvVarName(env[i].Name))...)
		}
		if env[i].ValueFrom != nil {
			errs = append(errs, validateEnvSource(&env[i], at.Child("valueFrom"))...)
		}
	}
	return errs
}

func validateEnvSource(env *corev1.EnvVar, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	from, count := env.ValueFrom, 0
	if ref := from.FieldRef; ref != nil {
		count++
		errs = append(errs, validateFieldRef(ref, envFields(), path.Child("fieldRef"))...)
	}
	if ref := from.ResourceFieldRef; ref != nil {
		count++
		errs = append(errs, validateResourceRef(ref, false, path.Child("resourceFieldRef"))...)
	}
	if ref := from.ConfigMapKeyRef; ref != nil {
		count++
		errs = append(errs, validateKeyRef(ref.Name, ref.Key, path.Child("configMapKeyRef"))...)
	}
	if ref := from.SecretKeyRef; ref != nil {
		count++
		errs = append(errs, validateKeyRef(ref.Name, ref.Key, path.Child("secretKeyRef"))...)
	}
	if ref := from.FileKeyRef; ref != nil {
		count++
		errs = append(errs, validateFileRef(ref, path.Child("fileKeyRef"))...)
	}
	switch {
	case count == 0:
		errs = append(errs, field.Invalid(path, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"))
	case env.Value != "":
		errs = append(errs, field.Invalid(path, "", "may not be specified when `value` is not empty"))
	case count > 1:
		errs = append(errs, field.Invalid(path, "", "may not have more than one field specified at a time"))
	}
	return errs
}

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

func validateFieldRef(ref *corev1.ObjectFieldSelector, allowed []string, path *field.Path) field.ErrorList {
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
	if ref.FieldPath == "spec.host" || slices.Contains(allowed, ref.FieldPath) {
		// spec.host is an old name of spec.nodeName, which only an environment
		// variable can take.
		if ref.FieldPath != "spec.host" || slices.Contains(allowed, "spec.nodeName") {
			return nil
		}
		return field.ErrorList{field.NotSupported(at, "spec.nodeName", allowed)}
	}
	if slices.Contains(otherFields(), ref.FieldPath) || slices.Contains(envFields(), ref.FieldPath) {
		return field.ErrorList{field.NotSupported(at, ref.FieldPath, allowed)}
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

func validateResourceRef(ref *corev1.ResourceFieldSelector, volume bool, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	allowed := []string{
		"limits.cpu", "limits.ephemeral-storage", "limits.memory",
		"requests.cpu", "requests.ephemeral-storage", "requests.memory",
	}
	pages := strings.HasPrefix(ref.Resource, "limits.hugepages-") || strings.HasPrefix(ref.Resource, "requests.hugepages-")
	switch {
	case volume && ref.ContainerName == "":
		errs = append(errs, field.Required(path.Child("containerName"), ""))
	case ref.Resource == "":
		errs = append(errs, field.Required(path.Child("resource"), ""))
	case !pages && !slices.Contains(allowed, ref.Resource):
		errs = append(errs, field.NotSupported(path.Child("resource"), ref.Resource, allowed))
	}
	if ref.Divisor.IsZero() {
		return errs
	}
	units := "1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei"
	kind := ""
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

func validateKeyRef(name, key string, path *field.Path) field.ErrorList {
	errs := subdomain(path.Child("name"), name)
	if key == "" {
		return append(errs, field.Required(path.Child("key"), ""))
	}
	return append(errs, invalid(path.Child("key"), key, utilvalidation.IsConfigMapKey(key))...)
}

func validateFileRef(ref *corev1.FileKeySelector, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if ref.Key == "" {
		errs = append(errs, field.Required(path.Child("key"), ""))
	} else {
		errs = append(errs, invalid(path.Child("key"), ref.Key, utilvalidation.IsRelaxedEnvVarName(ref.Key))...)
	}
	if ref.VolumeName == "" {
		errs = append(errs, field.Required(path.Child("volumeName"), ""))
	} else {
		errs = append(errs, label(path.Child("volumeName"), ref.VolumeName)...)
	}
	if ref.Path == "" {
		return append(errs, field.Required(path.Child("path"), ""))
	}
	return append(errs, noBacksteps(path.Child("path"), ref.Path)...)
}

func validateEnvFrom(sources []corev1.EnvFromSource, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	for i, source := range sources {
		at := path.Index(i)
		if source.Prefix != "" {
			errs = append(errs, invalid(at.Child("prefix"), source.Prefix, utilvalidation.IsRelaxedEnvVarName(source.Prefix))...)
		}
		if source.ConfigMapRef != nil {
			errs = append(errs, validateSourceName(source.ConfigMapRef.Name, at.Child("configMapRef", "name"))...)
		}
		if source.SecretRef != nil {
			errs = append(errs, validateSourceName(source.SecretRef.Name, at.Child("secretRef", "name"))...)
		}
		// These two name the list, not the item.
		switch {
		case source.ConfigMapRef == nil && source.SecretRef == nil:
			errs = append(errs, field.Invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"))
		case source.ConfigMapRef != nil && source.SecretRef != nil:
			errs = append(errs, field.Invalid(path, "", "may not have more than one field specified at a time"))
		}
	}
	return errs
}

// validateSourceName judges a name as if it were the beginning of one: the API
// server lets it end in a hyphen.
func validateSourceName(name string, path *field.Path) field.ErrorList {
	if name == "" {
		return field.ErrorList{field.Required(path, "")}
	}
	return invalid(path, name, beginning(name))
}

// validateKeyFiles holds the volumes that environment files are read from to
// emptyDir.
func validateKeyFiles(spec *corev1.PodSpec, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	volumes := map[string]*corev1.Volume{}
	for i := range spec.Volumes {
		volumes[spec.Volumes[i].Name] = &spec.Volumes[i]
	}
	eachContainer(spec, path, func(c *corev1.Container, at *field.Path) {
		for i := range c.Env {
			from := c.Env[i].ValueFrom
			if from == nil || from.FileKeyRef == nil {
				continue
			}
			name := from.FileKeyRef.VolumeName
			where := at.Child("env").Index(i).Child("valueFrom", "fileKeyRef", "volumeName")
			if volume, ok := volumes[name]; !ok {
				errs = append(errs, field.NotFound(where, name))
			} else if volume.EmptyDir == nil {
				errs = append(errs, field.Invalid(where, name, "referenced volume must be of type emptyDir"))
			}
		}
	})
	return errs
}

// eachContainer visits containers in the order of the API server: init
// containers, containers, ephemeral containers.
func eachContainer(spec *corev1.PodSpec, path *field.Path, visit func(*corev1.Container, *field.Path)) {
	for i := range spec.InitContainers {
		visit(&spec.InitContainers[i], path.Child("initContainers").Index(i))
	}
	for i := range spec.Containers {
		visit(&spec.Containers[i], path.Child("containers").Index(i))
	}
	for i := range spec.EphemeralContainers {
		c := corev1.Container(spec.EphemeralContainers[i].EphemeralContainerCommon)
		visit(&c, path.Child("ephemeralContainers").Index(i))
	}
}
