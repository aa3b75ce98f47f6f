package apiserver

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// Warnings are what the API server itself warns of when it creates the object,
// beyond those of Decode, in its order (sorted where it has none). It sends
// them for an object that is accepted.
func (o *Object) Warnings() []string {
	var out []string
	if bad := utilvalidation.IsDNS1123Label(stored(o.meta())); len(bad) > 0 {
		out = append(out, fmt.Sprintf("metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: %v", bad))
	}
	path := field.NewPath("spec")
	if o.CronJob != nil {
		path = field.NewPath("spec", "jobTemplate", "spec")
	}
	spec := o.jobSpec()
	if indexed(spec) && above(spec.Completions, manyCompletions) && above(spec.Parallelism, maxParallelismOfMany) {
		out = append(out, path.String()+": In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail")
	}
	w := warner{out: out}
	w.template(&spec.Template, path.Child("template"))
	return w.out
}

func above(value *int32, bound int32) bool { return value != nil && *value > bound }

type warner struct{ out []string }

func (w *warner) warn(at *field.Path, format string, args ...any) {
	w.out = append(w.out, at.String()+": "+fmt.Sprintf(format, args...))
}

func (w *warner) template(template *corev1.PodTemplateSpec, path *field.Path) {
	spec, at := &template.Spec, path.Child("spec")
	for _, key := range slices.Sorted(maps.Keys(spec.NodeSelector)) {
		if message := oldNodeLabel(key); message != "" {
			w.warn(at.Child("nodeSelector").Key(key), "%s", message)
		}
	}
	w.nodeAffinity(spec.Affinity, at.Child("affinity", "nodeAffinity"))
	for i, spread := range spec.TopologySpreadConstraints {
		here := at.Child("topologySpreadConstraints").Index(i)
		if message := oldNodeLabel(spread.TopologyKey); message != "" {
			w.warn(here.Child("topologyKey"), "%s is %s", spread.TopologyKey, message)
		}
		if spread.LabelSelector == nil {
			w.warn(here.Child("labelSelector"), "a null labelSelector results in matching no pod")
		}
	}
	for _, old := range []struct{ key, message string }{
		{"scheduler.alpha.kubernetes.io/critical-pod", `non-functional in v1.16+; use the "priorityClassName" field instead`},
		{"security.alpha.kubernetes.io/sysctls", `non-functional in v1.11+; use the "sysctls" field instead`},
		{"security.alpha.kubernetes.io/unsafe-sysctls", `non-functional in v1.11+; use the "sysctls" field instead`},
	} {
		if _, ok := template.Annotations[old.key]; ok {
			w.warn(path.Child("metadata", "annotations").Key(old.key), "%s", old.message)
		}
	}
	w.volumes(spec.Volumes, at.Child("volumes"))
	w.names(spec, at)
	w.fractions(spec.Overhead, at.Child("overhead"))
	w.seccomp(template, spec.SecurityContext == nil || spec.SecurityContext.SeccompProfile == nil, "seccomp.security.alpha.kubernetes.io/pod", path)
	eachContainer(spec, at, func(c *corev1.Container, at *field.Path) {
		w.seccomp(template, c.SecurityContext == nil || c.SecurityContext.SeccompProfile == nil, "container.seccomp.security.alpha.kubernetes.io/"+c.Name, path)
		w.appArmor(template, c, path)
		for _, key := range []corev1.ResourceName{corev1.ResourceMemory, corev1.ResourceEphemeralStorage} {
			w.fraction(c.Resources.Limits, key, at.Child("resources", "limits"))
			w.fraction(c.Resources.Requests, key, at.Child("resources", "requests"))
		}
		w.env(c.Env, at.Child("env"))
	})
	w.ports(spec, at)
	if grace := spec.TerminationGracePeriodSeconds; grace != nil && *grace < 0 {
		w.warn(at.Child("terminationGracePeriodSeconds"), "must be >= 0; negative values are invalid and will be treated as 1")
	}
	w.podAffinity(spec.Affinity, at.Child("affinity"))
	w.addresses(spec, at)
}

func (w *warner) seccomp(template *corev1.PodTemplateSpec, unset bool, key string, path *field.Path) {
	if _, ok := template.Annotations[key]; ok && unset {
		w.warn(path.Child("metadata", "annotations").Key(key), `non-functional in v1.27+; use the "seccompProfile" field instead`)
	}
}

// names warns of names that stand twice or are empty.
func (w *warner) names(spec *corev1.PodSpec, at *field.Path) {
	seen := map[string]bool{}
	for i, alias := range spec.HostAliases {
		if seen[alias.IP] {
			w.warn(at.Child("hostAliases").Index(i).Child("ip"), "duplicate ip %q", alias.IP)
		}
		seen[alias.IP] = true
	}
	seen = map[string]bool{}
	for i, secret := range spec.ImagePullSecrets {
		if seen[secret.Name] {
			w.warn(at.Child("imagePullSecrets").Index(i).Child("name"), "duplicate name %q", secret.Name)
		}
		seen[secret.Name] = true
	}
	for i, secret := range spec.ImagePullSecrets {
		if secret.Name == "" {
			w.warn(at.Child("imagePullSecrets").Index(i).Child("name"), "invalid empty name %q", secret.Name)
		}
	}
}

func (w *warner) fractions(list corev1.ResourceList, at *field.Path) {
	w.fraction(list, corev1.ResourceMemory, at)
	w.fraction(list, corev1.ResourceEphemeralStorage, at)
}

// fraction warns of parts of a byte.
func (w *warner) fraction(list corev1.ResourceList, key corev1.ResourceName, at *field.Path) {
	if amount, ok := list[key]; ok && amount.MilliValue()%1000 != 0 {
		w.warn(at.Key(string(key)), "fractional byte value %q is invalid, must be an integer", amount.String())
	}
}

// env warns of a variable that hides one before it without building on it.
func (w *warner) env(env []corev1.EnvVar, at *field.Path) {
	seen := map[string]bool{}
	for i := range env {
		reference := "$(" + env[i].Name + ")"
		hides := env[i].ValueFrom != nil || env[i].Value == reference || !strings.Contains(env[i].Value, reference)
		if seen[env[i].Name] && hides {
			w.warn(at.Index(i), "hides previous definition of %q, which may be dropped when using apply", env[i].Name)
		}
		seen[env[i].Name] = true
	}
}
