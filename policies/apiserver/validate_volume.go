package apiserver

import (
	"path"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// tooLoose is what the API server says of a file mode out of range.
const tooLoose = "must be a number between 0 and 0777 (octal), both inclusive"

// beginning are the complaints about the beginning of an object's name.
func beginning(name string) []string { return validation.NameIsDNSSubdomain(name, true) }

// validateVolumes returns the volumes that are in order, by name.
func validateVolumes(list []corev1.Volume, at *field.Path) (map[string]*corev1.Volume, field.ErrorList) {
	var errs field.ErrorList
	good := map[string]*corev1.Volume{}
	for i := range list {
		v, here := &list[i], at.Index(i)
		bad := validateSource(v, here)
		if v.Name == "" {
			bad = append(bad, field.Required(here.Child("name"), ""))
		} else {
			bad = append(bad, label(here.Child("name"), v.Name)...)
		}
		if _, ok := good[v.Name]; ok {
			bad = append(bad, field.Duplicate(here.Child("name"), v.Name))
		}
		if len(bad) == 0 {
			good[v.Name] = v
		}
		errs = append(errs, bad...)
	}
	return good, errs
}

// validateSource judges the contents of the sources that batch work uses, and
// of every volume that it has one source. NotCovered lists the others.
func validateSource(v *corev1.Volume, at *field.Path) field.ErrorList {
	var errs field.ErrorList
	if dir := v.EmptyDir; dir != nil && dir.SizeLimit != nil && dir.SizeLimit.Sign() < 0 {
		errs = append(errs, field.Forbidden(at.Child("emptyDir", "sizeLimit"), "SizeLimit field must be a valid resource quantity"))
	}
	used := sources(v)
	if len(used) == 0 {
		return append(errs, field.Required(at, "must specify a volume type"))
	}
	for _, extra := range used[1:] {
		errs = append(errs, field.Forbidden(at.Child(extra), "may not specify more than 1 volume type"))
	}
	here := at.Child(used[0])
	switch used[0] {
	case "hostPath":
		errs = append(errs, validateHostPath(v.HostPath, here)...)
	case "secret":
		errs = append(errs, validateFiles("secretName", v.Secret.SecretName, v.Secret.DefaultMode, v.Secret.Items, here)...)
	case "configMap":
		errs = append(errs, validateFiles("name", v.ConfigMap.Name, v.ConfigMap.DefaultMode, v.ConfigMap.Items, here)...)
	case "persistentVolumeClaim":
		if v.PersistentVolumeClaim.ClaimName == "" {
			errs = append(errs, field.Required(here.Child("claimName"), ""))
		}
	}
	return errs
}

// sources are the names of a volume's sources in the order in which the API
// server looks at them.
func sources(v *corev1.Volume) []string {
	var out []string
	for _, source := range []struct {
		name string
		set  bool
	}{
		{"emptyDir", v.EmptyDir != nil},
		{"hostPath", v.HostPath != nil},
		{"gitRepo", v.GitRepo != nil},
		{"gcePersistentDisk", v.GCEPersistentDisk != nil},
		{"awsElasticBlockStore", v.AWSElasticBlockStore != nil},
		{"secret", v.Secret != nil},
		{"nfs", v.NFS != nil},
		{"iscsi", v.ISCSI != nil},
		{"glusterfs", v.Glusterfs != nil},
		{"flocker", v.Flocker != nil},
		{"persistentVolumeClaim", v.PersistentVolumeClaim != nil},
		{"rbd", v.RBD != nil},
		{"cinder", v.Cinder != nil},
		{"cephFS", v.CephFS != nil},
		{"quobyte", v.Quobyte != nil},
		{"downwardAPI", v.DownwardAPI != nil},
		{"fc", v.FC != nil},
		{"flexVolume", v.FlexVolume != nil},
		{"configMap", v.ConfigMap != nil},
		{"azureFile", v.AzureFile != nil},
		{"vsphereVolume", v.VsphereVolume != nil},
		{"photonPersistentDisk", v.PhotonPersistentDisk != nil},
		{"portworxVolume", v.PortworxVolume != nil},
		{"azureDisk", v.AzureDisk != nil},
		{"storageos", v.StorageOS != nil},
		{"projected", v.Projected != nil},
		{"scaleIO", v.ScaleIO != nil},
		{"csi", v.CSI != nil},
		{"ephemeral", v.Ephemeral != nil},
		{"image", v.Image != nil},
	} {
		if source.set {
			out = append(out, source.name)
		}
	}
	return out
}

func validateHostPath(host *corev1.HostPathVolumeSource, at *field.Path) field.ErrorList {
	if host.Path == "" {
		return field.ErrorList{field.Required(at.Child("path"), "")}
	}
	errs := noBacksteps(at.Child("path"), host.Path)
	if host.Type != nil {
		errs = append(errs, among(at.Child("type"), *host.Type, corev1.HostPathUnset, corev1.HostPathBlockDev,
			corev1.HostPathCharDev, corev1.HostPathDirectory, corev1.HostPathDirectoryOrCreate,
			corev1.HostPathFile, corev1.HostPathFileOrCreate, corev1.HostPathSocket)...)
	}
	return errs
}

// validateFiles judges a volume made of a Secret's or ConfigMap's keys.
func validateFiles(key, name string, mode *int32, items []corev1.KeyToPath, at *field.Path) field.ErrorList {
	var errs field.ErrorList
	if name == "" {
		errs = append(errs, field.Required(at.Child(key), ""))
	}
	errs = append(errs, fileModeInRange(at.Child("defaultMode"), mode)...)
	for i := range items {
		item, here := &items[i], at.Child("items").Index(i)
		if item.Key == "" {
			errs = append(errs, field.Required(here.Child("key"), ""))
		}
		if item.Path == "" {
			errs = append(errs, field.Required(here.Child("path"), ""))
		}
		errs = append(errs, below(here.Child("path"), item.Path)...)
		if strings.HasPrefix(item.Path, "..") && !strings.HasPrefix(item.Path, "../") {
			errs = append(errs, field.Invalid(here.Child("path"), item.Path, "must not start with '..'"))
		}
		errs = append(errs, fileModeInRange(here.Child("mode"), item.Mode)...)
	}
	return errs
}

func fileModeInRange(at *field.Path, mode *int32) field.ErrorList {
	if mode == nil || *mode >= 0 && *mode <= 0o777 {
		return nil
	}
	return field.ErrorList{field.Invalid(at, *mode, tooLoose)}
}

// below holds a path to a relative one without steps upwards.
func below(at *field.Path, value string) field.ErrorList {
	var errs field.ErrorList
	if path.IsAbs(value) {
		errs = append(errs, field.Invalid(at, value, "must be a relative path"))
	}
	return append(errs, noBacksteps(at, value)...)
}

func noBacksteps(at *field.Path, value string) field.ErrorList {
	for part := range strings.SplitSeq(value, "/") {
		if part == ".." {
			return field.ErrorList{field.Invalid(at, value, "must not contain '..'")}
		}
	}
	return nil
}
