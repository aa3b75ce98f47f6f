package apiserver

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// NotCovered lists the fields of this object that Validate does not judge,
// though the API server does, sorted. An object without such fields is refused
// here exactly when the API server refuses it.
func (o *Object) NotCovered() []string {
	path := field.NewPath("spec", "template")
	if o.CronJob != nil {
		path = field.NewPath("spec", "jobTemplate", "spec", "template")
	}
	template := &o.jobSpec().Template
	var out []string
	note := func(at *field.Path, uses ...use) {
		for _, used := range uses {
			if used.set {
				out = append(out, at.Child(used.field).String())
			}
		}
	}
	note(field.NewPath("metadata"), use{"resourceVersion", o.meta().ResourceVersion != ""})
	for key := range template.Annotations {
		if alphaAnnotation(key) {
			out = append(out, path.Child("metadata", "annotations").Key(key).String())
		}
	}
	spec := &template.Spec
	at := path.Child("spec")
	note(at,
		use{"affinity", spec.Affinity != nil},
		use{"dnsConfig", spec.DNSConfig != nil || spec.DNSPolicy == corev1.DNSNone},
		use{"ephemeralContainers", len(spec.EphemeralContainers) > 0},
		use{"hostAliases", len(spec.HostAliases) > 0},
		use{"hostnameOverride", spec.HostnameOverride != nil},
		use{"readinessGates", len(spec.ReadinessGates) > 0},
		use{"resourceClaims", len(spec.ResourceClaims) > 0},
		use{"topologySpreadConstraints", len(spec.TopologySpreadConstraints) > 0},
	)
	if s := spec.SecurityContext; s != nil {
		note(at.Child("securityContext"),
			use{"appArmorProfile", s.AppArmorProfile != nil},
			use{"seLinuxChangePolicy", s.SELinuxChangePolicy != nil},
			use{"supplementalGroupsPolicy", s.SupplementalGroupsPolicy != nil},
			use{"sysctls", len(s.Sysctls) > 0},
			use{"windowsOptions", s.WindowsOptions != nil},
		)
	}
	eachContainer(spec, at, func(c *corev1.Container, at *field.Path) {
		if s := c.SecurityContext; s != nil {
			note(at.Child("securityContext"),
				use{"appArmorProfile", s.AppArmorProfile != nil},
				use{"windowsOptions", s.WindowsOptions != nil},
			)
		}
	})
	for i := range spec.Volumes {
		for _, source := range sources(&spec.Volumes[i]) {
			if !slices.Contains([]string{"emptyDir", "hostPath", "secret", "configMap", "persistentVolumeClaim"}, source) {
				out = append(out, at.Child("volumes").Index(i).Child(source).String())
			}
		}
	}
	slices.Sort(out)
	return out
}

// alphaAnnotation tells whether an annotation of a Pod has a form of its own.
func alphaAnnotation(key string) bool {
	return key == "scheduler.alpha.kubernetes.io/tolerations" ||
		strings.HasPrefix(key, "container.apparmor.security.beta.kubernetes.io/") ||
		key == "seccomp.security.alpha.kubernetes.io/pod" ||
		strings.HasPrefix(key, "container.seccomp.security.alpha.kubernetes.io/")
}
