package apiserver

import (
	corev1 "k8s.io/api/core/v1"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

const notOnWindows = "cannot be set for a windows pod"

func validatePodSecurity(s *corev1.PodSecurityContext, path *field.Path) field.ErrorList {
	if s == nil {
		return nil
	}
	errs := group(path.Child("fsGroup"), s.FSGroup)
	errs = append(errs, user(path.Child("runAsUser"), s.RunAsUser)...)
	errs = append(errs, group(path.Child("runAsGroup"), s.RunAsGroup)...)
	for i := range s.SupplementalGroups {
		errs = append(errs, group(path.Child("supplementalGroups").Index(i), &s.SupplementalGroups[i])...)
	}
	if s.FSGroupChangePolicy != nil {
		errs = append(errs, among(path.Child("fsGroupChangePolicy"), *s.FSGroupChangePolicy, corev1.FSGroupChangeAlways, corev1.FSGroupChangeOnRootMismatch)...)
	}
	return append(errs, validateSeccomp(s.SeccompProfile, path.Child("seccompProfile"))...)
}

// validateSecurity judges a container's security context. kube-apiserver
// allows privileged containers unless it is started otherwise.
func validateSecurity(s *corev1.SecurityContext, hostUsers bool, path *field.Path) field.ErrorList {
	if s == nil {
		return nil
	}
	errs := user(path.Child("runAsUser"), s.RunAsUser)
	errs = append(errs, group(path.Child("runAsGroup"), s.RunAsGroup)...)
	if mount := s.ProcMount; mount != nil {
		errs = append(errs, among(path.Child("procMount"), *mount, corev1.DefaultProcMount, corev1.UnmaskedProcMount)...)
		if hostUsers && *mount == corev1.UnmaskedProcMount {
			errs = append(errs, field.Invalid(path.Child("procMount"), *mount, "`hostUsers` must be false to use `Unmasked`"))
		}
	}
	errs = append(errs, validateSeccomp(s.SeccompProfile, path.Child("seccompProfile"))...)
	if s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation {
		return errs
	}
	if s.Privileged != nil && *s.Privileged {
		errs = append(errs, field.Invalid(path, s, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"))
	}
	if s.Capabilities != nil {
		for _, capability := range s.Capabilities.Add {
			if capability == "CAP_SYS_ADMIN" {
				errs = append(errs, field.Invalid(path, s, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"))
			}
		}
	}
	return errs
}

func validateSeccomp(profile *corev1.SeccompProfile, path *field.Path) field.ErrorList {
	if profile == nil {
		return nil
	}
	var errs field.ErrorList
	if profile.Type == "" {
		errs = append(errs, field.Required(path.Child("type"), "type is required when seccompProfile is set"))
	} else {
		errs = append(errs, among(path.Child("type"), profile.Type, corev1.SeccompProfileTypeLocalhost, corev1.SeccompProfileTypeRuntimeDefault, corev1.SeccompProfileTypeUnconfined)...)
	}
	at := path.Child("localhostProfile")
	switch local := profile.Type == corev1.SeccompProfileTypeLocalhost; {
	case local && profile.LocalhostProfile == nil:
		errs = append(errs, field.Required(at, "must be set when seccomp type is Localhost"))
	case local:
		errs = append(errs, below(at, *profile.LocalhostProfile)...)
	case profile.LocalhostProfile != nil:
		errs = append(errs, field.Invalid(at, profile, "can only be set when seccomp type is Localhost"))
	}
	return errs
}

func user(path *field.Path, id *int64) field.ErrorList {
	if id == nil {
		return nil
	}
	return invalid(path, *id, utilvalidation.IsValidUserID(*id))
}

func group(path *field.Path, id *int64) field.ErrorList {
	if id == nil {
		return nil
	}
	return invalid(path, *id, utilvalidation.IsValidGroupID(*id))
}

// validateOS holds a Pod to its operating system's fields and, when it has
// users of its own, to a life apart from its host.
func validateOS(spec *corev1.PodSpec, path *field.Path) field.ErrorList {
	errs := validateHostUsers(spec, path)
	if spec.OS == nil {
		return errs
	}
	switch spec.OS.Name {
	case "":
		return append(errs, field.Required(path.Child("os", "name"), ""))
	case corev1.Linux:
		return append(errs, validateLinux(spec, path)...)
	case corev1.Windows:
		return append(errs, validateWindows(spec, path)...)
	}
	return append(errs, field.NotSupported(path.Child("os"), spec.OS.Name, []corev1.OSName{corev1.Linux, corev1.Windows}))
}

func validateHostUsers(spec *corev1.PodSpec, path *field.Path) field.ErrorList {
	if spec.HostUsers == nil || *spec.HostUsers {
		return nil
	}
	const when = "when `hostUsers` is false"
	var errs field.ErrorList
	if spec.HostNetwork {
		errs = append(errs, field.Forbidden(path.Child("hostNetwork"), when))
	}
	if spec.HostPID {
		errs = append(errs, field.Forbidden(path.Child("HostPID"), when))
	}
	if spec.HostIPC {
		errs = append(errs, field.Forbidden(path.Child("HostIPC"), when))
	}
	eachContainer(spec, path, func(c *corev1.Container, at *field.Path) {
		if len(c.VolumeDevices) > 0 {
			errs = append(errs, field.Forbidden(at.Child("volumeDevices"), when))
		}
	})
	return errs
}

func validateLinux(spec *corev1.PodSpec, path *field.Path) field.ErrorList {
	const other = "windows options cannot be set for a linux pod"
	var errs field.ErrorList
	if spec.SecurityContext != nil && spec.SecurityContext.WindowsOptions != nil {
		errs = append(errs, field.Forbidden(path.Child("securityContext", "windowsOptions"), other))
	}
	eachContainer(spec, path, func(c *corev1.Container, at *field.Path) {
		if c.SecurityContext != nil && c.SecurityContext.WindowsOptions != nil {
			errs = append(errs, field.Forbidden(at.Child("securityContext", "windowsOptions"), other))
		}
	})
	return errs
}

// use is one field and whether it is set.
type use struct {
	field string
	set   bool
}

func forbidUses(path *field.Path, uses ...use) field.ErrorList {
	var errs field.ErrorList
	for _, used := range uses {
		if used.set {
			errs = append(errs, field.Forbidden(path.Child(used.field), notOnWindows))
		}
	}
	return errs
}

func validateWindows(spec *corev1.PodSpec, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if s := spec.SecurityContext; s != nil {
		errs = append(errs, forbidUses(path.Child("securityContext"),
			use{"appArmorProfile", s.AppArmorProfile != nil},
			use{"seLinuxOptions", s.SELinuxOptions != nil},
			use{"seccompProfile", s.SeccompProfile != nil},
			use{"fsGroup", s.FSGroup != nil},
			use{"fsGroupChangePolicy", s.FSGroupChangePolicy != nil},
			use{"sysctls", len(s.Sysctls) > 0},
			use{"runAsUser", s.RunAsUser != nil},
			use{"runAsGroup", s.RunAsGroup != nil},
			use{"supplementalGroups", s.SupplementalGroups != nil},
			use{"supplementalGroupsPolicy", s.SupplementalGroupsPolicy != nil},
			use{"seLinuxChangePolicy", s.SELinuxChangePolicy != nil},
		)...)
	}
	errs = append(errs, forbidUses(path,
		use{"hostUsers", spec.HostUsers != nil},
		use{"hostPID", spec.HostPID},
		use{"hostIPC", spec.HostIPC},
		use{"shareProcessNamespace", spec.ShareProcessNamespace != nil},
	)...)
	eachContainer(spec, path, func(c *corev1.Container, at *field.Path) {
		s := c.SecurityContext
		if s == nil {
			return
		}
		errs = append(errs, forbidUses(at.Child("securityContext"),
			use{"appArmorProfile", s.AppArmorProfile != nil},
			use{"seLinuxOptions", s.SELinuxOptions != nil},
			use{"seccompProfile", s.SeccompProfile != nil},
			use{"capabilities", s.Capabilities != nil},
			use{"readOnlyRootFilesystem", s.ReadOnlyRootFilesystem != nil},
			use{"privileged", s.Privileged != nil},
			use{"allowPrivilegeEscalation", s.AllowPrivilegeEscalation != nil},
			use{"procMount", s.ProcMount != nil},
			use{"runAsUser", s.RunAsUser != nil},
			use{"runAsGroup", s.RunAsGroup != nil},
		)...)
	})
	return errs
}
