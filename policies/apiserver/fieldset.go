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
		"imagePullSecrets", "resourceClaims", "claims", "schedulingGates", "evictionResponders":
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

// set tells whether a list of plain values has its values for keys.
func set(list string) bool {
	return slices.Contains([]string{"finalizers", "bindMountOptions", "succeeded", "failed"}, list)
}

// atomic tells whether an object below this name, or in a list of this name, is
// owned as a whole.
func atomic(name string) bool {
	return slices.Contains([]string{
		"selector", "labelSelector", "namespaceSelector", "nodeSelector", "fieldRef", "resourceFieldRef",
		"configMapKeyRef", "secretKeyRef", "fileKeyRef", "secretRef", "nodePublishSecretRef", "dataSource",
		"requiredDuringSchedulingIgnoredDuringExecution", "imagePullSecrets", "ownerReferences", "evictionResponders",
	}, name)
}

// standing tells whether an object without any content has this field, so that
// writing to it does not make it.
func standing(name string) bool {
	return slices.Contains([]string{"metadata", "spec", "template", "jobTemplate", "containers", "schedule"}, name)
}

// system are the fields of metadata that nobody owns.
func system(name string) bool {
	return slices.Contains([]string{
		"name", "namespace", "uid", "creationTimestamp", "selfLink", "clusterName",
		"generation", "managedFields", "resourceVersion",
	}, name)
}

// fieldSet makes the set of fields of a value in the form that managedFields
// have: "f:" and the name of a field, "k:" and the key of a list's item, "v:"
// and the value of a set's item, "." for the thing itself. An applied object has
// a "." for items only; a created one for everything that was not there before.
type fieldSet struct {
	created bool
	within  bool // an item of a list, where nothing stood before
}

func (s fieldSet) object(object map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range object {
		switch name {
		case "apiVersion", "kind", "status":
		case "metadata":
			meta := map[string]any{}
			fields, _ := value.(map[string]any)
			for key, value := range fields {
				if !system(key) {
					meta["f:"+key] = s.field(key, value)
				}
			}
			if len(meta) > 0 {
				out["f:metadata"] = meta
			}
		default:
			out["f:"+name] = s.field(name, value)
		}
	}
	return out
}

func (s fieldSet) field(name string, value any) map[string]any {
	out := map[string]any{}
	switch value := value.(type) {
	case map[string]any:
		if atomic(name) {
			return out
		}
		for key, item := range value {
			if s.created && !s.within && standing(key) && empty(item) {
				continue
			}
			out["f:"+key] = s.field(key, item)
		}
	case []any:
		for _, item := range value {
			s.item(out, name, item)
		}
	}
	if s.created && len(out) > 0 && (s.within || !standing(name)) {
		out["."] = map[string]any{}
	}
	return out
}

func (s fieldSet) item(out map[string]any, list string, item any) {
	if set(list) {
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
		switch {
		case ok:
		case name == "protocol":
			value, ok = "TCP", true
		case list == "imagePullSecrets":
			value, ok = "", true
		}
		if ok {
			key[name] = value
		}
	}
	text, err := json.Marshal(key)
	if err != nil {
		return
	}
	fields := map[string]any{}
	if !atomic(list) {
		fields = fieldSet{s.created, true}.field("", item)
		fields["."] = map[string]any{}
	}
	out[fmt.Sprintf("k:%s", text)] = fields
}

func empty(value any) bool {
	fields, ok := value.(map[string]any)
	return value == nil || value == "" || ok && len(fields) == 0
}
