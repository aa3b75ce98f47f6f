package apiserver

import (
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func (p podFacts) validateMounts(c *corev1.Container, at *field.Path) field.ErrorList {
	var errs field.ErrorList
	devices, devicePaths := map[string]bool{}, map[string]bool{}
	for _, device := range c.VolumeDevices {
		devices[device.Name] = true
	}
	for _, path := range lastByName(c.VolumeDevices, func(d corev1.VolumeDevice) (string, string) { return d.Name, d.DevicePath }) {
		devicePaths[path] = true
	}
	seen := map[string]bool{}
	for i := range c.VolumeMounts {
		mount, here := &c.VolumeMounts[i], at.Index(i)
		name, path := here.Child("name"), here.Child("mountPath")
		if mount.Name == "" {
			errs = append(errs, field.Required(name, ""))
		}
		if p.volumes[mount.Name] == nil {
			errs = append(errs, field.NotFound(name, mount.Name))
		}
		if mount.MountPath == "" {
			errs = append(errs, field.Required(path, ""))
		}
		if seen[mount.MountPath] {
			errs = append(errs, field.Invalid(path, mount.MountPath, "must be unique"))
		}
		seen[mount.MountPath] = true
		if devices[mount.Name] {
			errs = append(errs, field.Invalid(name, mount.Name, "must not already exist in volumeDevices"))
		}
		if devicePaths[mount.MountPath] {
			errs = append(errs, field.Invalid(path, mount.MountPath, "must not already exist as a path in volumeDevices"))
		}
		errs = append(errs, validateMountOptions(mount, c, at, here)...)
	}
	return errs
}

// validateMountOptions judges the rest of a mount. Most of these errors name
// the list (at) and not the item (here), as the API server does.
func validateMountOptions(mount *corev1.VolumeMount, c *corev1.Container, at, here *field.Path) field.ErrorList {
	var errs field.ErrorList
	if mount.SubPath != "" {
		errs = append(errs, below(at.Child("subPath"), mount.SubPath)...)
	}
	if mount.SubPathExpr != "" {
		if mount.SubPath != "" {
			errs = append(errs, field.Invalid(here.Child("subPathExpr"), mount.SubPathExpr, "subPathExpr and subPath are mutually exclusive"))
		}
		errs = append(errs, below(at.Child("subPathExpr"), mount.SubPathExpr)...)
	}
	propagates := mount.MountPropagation
	if propagates != nil {
		errs = append(errs, among(at.Child("mountPropagation"), *propagates, corev1.MountPropagationBidirectional, corev1.MountPropagationHostToContainer, corev1.MountPropagationNone)...)
		privileged := c.SecurityContext != nil && c.SecurityContext.Privileged != nil && *c.SecurityContext.Privileged
		if *propagates == corev1.MountPropagationBidirectional && !privileged {
			errs = append(errs, field.Forbidden(at.Child("mountPropagation"), "Bidirectional mount propagation is available only to privileged containers"))
		}
	}
	if mount.RecursiveReadOnly == nil {
		return errs
	}
	where := at.Child("recursiveReadOnly")
	switch *mount.RecursiveReadOnly {
	case corev1.RecursiveReadOnlyDisabled:
	case corev1.RecursiveReadOnlyEnabled, corev1.RecursiveReadOnlyIfPossible:
		if !mount.ReadOnly {
			errs = append(errs, field.Forbidden(where, "may only be specified when readOnly is true"))
		}
		if propagates != nil && *propagates != corev1.MountPropagationNone {
			errs = append(errs, field.Forbidden(where, "may only be specified when mountPropagation is None or not specified"))
		}
	default:
		errs = append(errs, field.NotSupported(where, *mount.RecursiveReadOnly, []corev1.RecursiveReadOnlyMode{
			corev1.RecursiveReadOnlyDisabled, corev1.RecursiveReadOnlyEnabled, corev1.RecursiveReadOnlyIfPossible,
		}))
	}
	return errs
}

func (p podFacts) validateDevices(c *corev1.Container, at *field.Path) field.ErrorList {
	var errs field.ErrorList
	mounts, mountPaths := map[string]bool{}, map[string]bool{}
	for _, mount := range c.VolumeMounts {
		mounts[mount.Name] = true
	}
	for _, path := range lastByName(c.VolumeMounts, func(m corev1.VolumeMount) (string, string) { return m.Name, m.MountPath }) {
		mountPaths[path] = true
	}
	names, paths := map[string]bool{}, map[string]bool{}
	for i, device := range c.VolumeDevices {
		name, path := at.Index(i).Child("name"), at.Index(i).Child("devicePath")
		if device.Name == "" {
			errs = append(errs, field.Required(name, ""))
		}
		if names[device.Name] {
			errs = append(errs, field.Invalid(name, device.Name, "must be unique"))
		}
		volume := p.volumes[device.Name]
		if volume == nil {
			errs = append(errs, field.NotFound(name, device.Name))
		} else if volume.PersistentVolumeClaim == nil && volume.Ephemeral == nil {
			errs = append(errs, field.Invalid(name, device.Name, "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode"))
		}
		if device.DevicePath == "" {
			errs = append(errs, field.Required(path, ""))
		}
		if paths[device.DevicePath] {
			errs = append(errs, field.Invalid(path, device.DevicePath, "must be unique"))
		}
		if len(noBacksteps(path, device.DevicePath)) > 0 {
			errs = append(errs, field.Invalid(path, device.DevicePath, "can not contain backsteps ('..')"))
		} else {
			paths[device.DevicePath] = true
		}
		if mounts[device.Name] {
			errs = append(errs, field.Invalid(name, device.Name, "must not already exist in volumeMounts"))
		}
		if mountPaths[device.DevicePath] {
			errs = append(errs, field.Invalid(path, device.DevicePath, "must not already exist as a path in volumeMounts"))
		}
		names[device.Name] = device.Name != ""
	}
	return errs
}

// lastByName is what the API server compares paths with: of several with one
// name only the last counts.
func lastByName[T any](list []T, of func(T) (name, path string)) map[string]string {
	out := map[string]string{}
	for _, item := range list {
		name, path := of(item)
		out[name] = path
	}
	return out
}
