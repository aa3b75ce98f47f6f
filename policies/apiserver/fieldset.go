package apiserver

import (
	"encoding/json"
	"fmt"
	"slices"
)

// keys are the lists of a Job or CronJob whose items are told apart by fields
// and not by place, by the name of the list; the API calls them maps. Every
// other list is owned as a whole.
func keys(list string) []string {
	switch list {
	case "containers", "initContainers", "ephemeralContainers", "volumes", "env",
		"imagePullSecrets", "resourceClaims", "claims", "schedulingGates":
		return []string{"name"}
	case "ports":
		return []string{"containerPort", "protocol"}
	case "volumeMounts":
		return []string{"mountPath"}
	case "volumeDevices":
		return []string{"devicePath"}
	case "hostAliases":
		return []string{"ip"}
	case "topologySpreadConstraints":
		return []string{"topologyKey", "whenUnsatisfiable"}
	case "ownerReferences":
		return []string{"uid"}
	}
	return nil
}

// atomic tells whether an object below this name is owned as a whole.
func atomic(name string) bool {
	return slices.Contains([]string{
		"selector", "labelSelector", "namespaceSelector", "nodeSelector", "fieldRef", "resourceFieldRef",
		"configMapKeyRef", "secretKeyRef", "fileKeyRef", "secretRef", "configMapRef",
		"nodePublishSecretRef", "requiredDuringSchedulingIgnoredDuringExecution",
	}, name)
}

// system are the fields of metadata that nobody owns.
func system(name string) bool {
	return slices.Contains([]string{
		"name", "namespace", "uid", "creationTimestamp", "selfLink", "clusterName",
		"generation", "managedFields", "resourceVersion",
	}, name)
}

// owned is the set of fields of a whole object in the form that managedFields
// have: "f:" and the name of a field, "k:" and the key of a list's item, "v:"
// and the value of a set's item, "." for the thing itself.
func owned(object map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range object {
		switch name {
		case "apiVersion", "kind", "status":
		case "metadata":
			meta := shallow(nil)
			fields, _ := value.(map[string]any)
			for key, value := range fields {
				if !system(key) {
					meta["f:"+key] = ownedField(key, value)
				}
			}
			if len(meta) > 0 {
				out["f:metadata"] = meta
			}
		default:
			out["f:"+name] = ownedField(name, value)
		}
	}
	return out
}

func ownedField(name string, value any) map[string]any {
	out := map[string]any{}
	switch value := value.(type) {
	case map[string]any:
		if atomic(name) {
			return out
		}
		for key, item := range value {
			if name == "template" && key == "metadata" && empty(item) || name == "jobTemplate" && key == "metadata" && empty(item) {
				continue
			}
			out["f:"+key] = ownedField(key, item)
		}
	case []any:
		for _, item := range value {
			ownedItem(out, name, item)
		}
	}
	return out
}

func ownedItem(out map[string]any, list string, item any) {
	if list == "finalizers" {
		if text, err := json.Marshal(item); err == nil {
			out["v:"+string(text)] = map[string]any{}
		}
		return
	}
	names := keys(list)
	object, ok := item.(map[string]any)
	if names == nil || !ok {
		return
	}
	key := map[string]any{}
	for _, name := range names {
		value, ok := object[name]
		if !ok && name == "protocol" {
			value, ok = "TCP", true
		}
		if ok {
			key[name] = value
		}
	}
	text, err := json.Marshal(key)
	if err != nil {
		return
	}
	fields := ownedField("", item)
	fields["."] = map[string]any{}
	out[fmt.Sprintf("k:%s", text)] = fields
}

func empty(value any) bool {
	fields, ok := value.(map[string]any)
	return value == nil || ok && len(fields) == 0
}
