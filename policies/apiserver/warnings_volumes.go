package apiserver

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// volumes warns of sources that are gone, of parts of a byte, and of files of
// one volume that would lie in each other's place.
func (w *warner) volumes(volumes []corev1.Volume, at *field.Path) {
	for i := range volumes {
		v, here := &volumes[i], at.Index(i)
		for _, old := range []struct {
			set           bool
			name, message string
		}{
			{v.PhotonPersistentDisk != nil, "photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+"},
			{v.GitRepo != nil, "gitRepo", "deprecated in v1.11, and disabled by default in v1.33+"},
			{v.ScaleIO != nil, "scaleIO", "deprecated in v1.16, non-functional in v1.22+"},
			{v.Flocker != nil, "flocker", "deprecated in v1.22, non-functional in v1.25+"},
			{v.StorageOS != nil, "storageOS", "deprecated in v1.22, non-functional in v1.25+"},
			{v.Quobyte != nil, "quobyte", "deprecated in v1.22, non-functional in v1.25+"},
			{v.Glusterfs != nil, "glusterfs", "deprecated in v1.25, non-functional in v1.26+"},
		} {
			if old.set {
				w.warn(here.Child(old.name), "%s", old.message)
			}
		}
		if v.Ephemeral != nil && v.Ephemeral.VolumeClaimTemplate != nil {
			r := v.Ephemeral.VolumeClaimTemplate.Spec.Resources
			below := here.Child("ephemeral", "volumeClaimTemplate", "spec", "resources")
			w.fraction(r.Requests, corev1.ResourceStorage, below.Child("requests"))
			w.fraction(r.Limits, corev1.ResourceStorage, below.Child("limits"))
		}
		if v.CephFS != nil {
			w.warn(here.Child("cephfs"), "deprecated in v1.28, non-functional in v1.31+")
		}
		if v.RBD != nil {
			w.warn(here.Child("rbd"), "deprecated in v1.28, non-functional in v1.31+")
		}
	}
	for i := range volumes {
		w.overlaps(&volumes[i])
	}
}

// projectedFile is a path in a volume and what puts it there, which is empty
// where the volume has one source.
type projectedFile struct{ path, source string }

func (f projectedFile) String() string {
	if f.source == "" {
		return fmt.Sprintf("%q", f.path)
	}
	return fmt.Sprintf("%q (%s)", f.path, f.source)
}

func (w *warner) overlaps(v *corev1.Volume) {
	if v.ConfigMap != nil {
		w.clashes(v.Name, fmt.Sprintf("ConfigMap %q", v.ConfigMap.Name), files(v.ConfigMap.Items, ""))
	}
	if v.Secret != nil {
		w.clashes(v.Name, fmt.Sprintf("Secret %q", v.Secret.SecretName), files(v.Secret.Items, ""))
	}
	if v.DownwardAPI != nil {
		w.clashes(v.Name, "DownwardAPI", downwardFiles(v.DownwardAPI.Items, ""))
	}
	if v.Projected == nil {
		return
	}
	var all []projectedFile
	for i := range v.Projected.Sources {
		if v.Projected.Sources[i] == (corev1.VolumeProjection{}) {
			w.out = append(w.out, fmt.Sprintf("volume %q (Projected) has no sources provided", v.Name))
		}
		all = append(all, projected(&v.Projected.Sources[i])...)
	}
	w.clashes(v.Name, "Projected", all)
}

func projected(source *corev1.VolumeProjection) []projectedFile {
	switch {
	case source.ConfigMap != nil && source.ConfigMap.Items != nil:
		return files(source.ConfigMap.Items, fmt.Sprintf("ConfigMap %q", source.ConfigMap.Name))
	case source.Secret != nil && source.Secret.Items != nil:
		return files(source.Secret.Items, fmt.Sprintf("Secret %q", source.Secret.Name))
	case source.DownwardAPI != nil && source.DownwardAPI.Items != nil:
		return downwardFiles(source.DownwardAPI.Items, "DownwardAPI")
	case source.ServiceAccountToken != nil:
		return []projectedFile{{source.ServiceAccountToken.Path, "ServiceAccountToken"}}
	case source.ClusterTrustBundle != nil:
		bundle := source.ClusterTrustBundle
		name := ""
		if bundle.Name != nil {
			name = *bundle.Name
		} else if bundle.SignerName != nil {
			name = *bundle.SignerName
		}
		return []projectedFile{{bundle.Path, fmt.Sprintf("ClusterTrustBundle %q", name)}}
	case source.PodCertificate != nil:
		var out []projectedFile
		for _, file := range []projectedFile{
			{source.PodCertificate.CertificateChainPath, "PodCertificate chain"},
			{source.PodCertificate.KeyPath, "PodCertificate key"},
			{source.PodCertificate.CredentialBundlePath, "PodCertificate credential bundle"},
		} {
			if file.path != "" {
				out = append(out, file)
			}
		}
		return out
	}
	return nil
}

func files(items []corev1.KeyToPath, source string) []projectedFile {
	var out []projectedFile
	for i := range items {
		out = append(out, projectedFile{items[i].Path, source})
	}
	return out
}

func downwardFiles(items []corev1.DownwardAPIVolumeFile, source string) []projectedFile {
	var out []projectedFile
	for i := range items {
		out = append(out, projectedFile{items[i].Path, source})
	}
	return out
}

func (w *warner) clashes(volume, kind string, list []projectedFile) {
	var before []projectedFile
	for _, file := range list {
		file.path = strings.TrimRight(file.path, "/")
		for _, other := range before {
			if file.path == "" || other.path == "" {
				continue
			}
			if strings.HasPrefix(other.path+"/", file.path+"/") || strings.HasPrefix(file.path+"/", other.path+"/") {
				w.out = append(w.out, fmt.Sprintf("volume %q (%s): overlapping paths: %s with %s", volume, kind, file, other))
			}
		}
		before = append(before, file)
	}
}
