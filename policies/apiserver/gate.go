package apiserver

import corev1 "k8s.io/api/core/v1"

// dropDisabled takes away the fields that kube-apiserver 1.37 does not store
// with the feature gates it has by default.
func dropDisabled(template *corev1.PodTemplateSpec) {
	for _, name := range []string{
		"pod.beta.kubernetes.io/init-containers", "pod.alpha.kubernetes.io/init-containers",
		"pod.beta.kubernetes.io/init-container-statuses", "pod.alpha.kubernetes.io/init-container-statuses",
	} {
		delete(template.Annotations, name)
	}
	spec := &template.Spec
	spec.SchedulingGroup = nil
	spec.EvictionResponders = nil
	for i := range spec.InitContainers {
		dropFromContainer(&spec.InitContainers[i])
	}
	for i := range spec.Containers {
		dropFromContainer(&spec.Containers[i])
	}
	for i := range spec.EphemeralContainers {
		c := corev1.Container(spec.EphemeralContainers[i].EphemeralContainerCommon)
		dropFromContainer(&c)
		spec.EphemeralContainers[i].EphemeralContainerCommon = corev1.EphemeralContainerCommon(c)
	}
	for i := range spec.Volumes {
		dropFromVolume(&spec.Volumes[i])
	}
}

func dropFromContainer(c *corev1.Container) {
	for _, probe := range []*corev1.Probe{c.LivenessProbe, c.ReadinessProbe, c.StartupProbe} {
		if probe == nil {
			continue
		}
		if probe.GRPC != nil {
			probe.GRPC.Mode = nil
		}
		if probe.HTTPGet != nil {
			probe.HTTPGet.Protocol = nil
		}
	}
	if life := c.Lifecycle; life != nil {
		for _, hook := range []*corev1.LifecycleHandler{life.PostStart, life.PreStop} {
			if hook != nil && hook.HTTPGet != nil {
				hook.HTTPGet.Protocol = nil
			}
		}
		if life.StopSignal != nil {
			life.StopSignal = nil
			if *life == (corev1.Lifecycle{}) {
				c.Lifecycle = nil
			}
		}
	}
	for i := range c.VolumeMounts {
		c.VolumeMounts[i].BindMountOptions = nil
	}
}

func dropFromVolume(v *corev1.Volume) {
	if v.EmptyDir != nil {
		v.EmptyDir.Mode = nil
	}
	switch {
	case v.Secret != nil:
		v.Secret.DefaultUser = nil
		dropUsers(v.Secret.Items)
	case v.ConfigMap != nil:
		v.ConfigMap.DefaultUser = nil
		dropUsers(v.ConfigMap.Items)
	case v.DownwardAPI != nil:
		v.DownwardAPI.DefaultUser = nil
		dropDownwardUsers(v.DownwardAPI.Items)
	case v.Projected != nil:
		v.Projected.DefaultUser = nil
		for i := range v.Projected.Sources {
			dropProjectedUsers(&v.Projected.Sources[i])
		}
	}
}

func dropProjectedUsers(source *corev1.VolumeProjection) {
	switch {
	case source.Secret != nil:
		dropUsers(source.Secret.Items)
	case source.DownwardAPI != nil:
		dropDownwardUsers(source.DownwardAPI.Items)
	case source.ConfigMap != nil:
		dropUsers(source.ConfigMap.Items)
	case source.ServiceAccountToken != nil:
		source.ServiceAccountToken.User = nil
	case source.ClusterTrustBundle != nil:
		source.ClusterTrustBundle.User = nil
	case source.PodCertificate != nil:
		source.PodCertificate.User = nil
	}
}

func dropUsers(items []corev1.KeyToPath) {
	for i := range items {
		items[i].User = nil
	}
}

func dropDownwardUsers(items []corev1.DownwardAPIVolumeFile) {
	for i := range items {
		items[i].User = nil
	}
}
