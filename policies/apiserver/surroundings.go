package apiserver

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"

	corev1 "k8s.io/api/core/v1"
	kjson "sigs.k8s.io/json"
)

// Namespace reads a Namespace as the API server stores it. Unknown fields are
// dropped.
func Namespace(doc []byte) (*corev1.Namespace, error) {
	ns := &corev1.Namespace{}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(doc, ns); err != nil {
		return nil, err
	}
	if ns.Name != "" {
		if ns.Labels == nil {
			ns.Labels = map[string]string{}
		}
		ns.Labels[corev1.LabelMetadataName] = ns.Name
	}
	return ns, nil
}

// LimitRange reads a LimitRange as the API server stores it: what is the most
// for a container is its default too. Unknown fields are dropped.
func LimitRange(doc []byte) (*corev1.LimitRange, error) {
	limits := &corev1.LimitRange{}
	if err := sensible(doc); err != nil {
		return nil, err
	}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(doc, limits); err != nil {
		return nil, err
	}
	for i := range limits.Spec.Limits {
		item := &limits.Spec.Limits[i]
		if item.Type == corev1.LimitTypeContainer {
			item.Default = completed(item.Default, item.Max)
			item.DefaultRequest = completed(item.DefaultRequest, item.Default, item.Min)
		}
		for _, list := range []corev1.ResourceList{item.Max, item.Min, item.Default, item.DefaultRequest, item.MaxLimitRequestRatio} {
			roundUp(list)
		}
	}
	return limits, nil
}

// sensible refuses quantities whose exponent is so large that working them out
// would take for ever.
func sensible(doc []byte) error {
	var parts struct {
		Spec   json.RawMessage `json:"spec"`
		Status json.RawMessage `json:"status"`
	}
	if err := json.Unmarshal(doc, &parts); err != nil {
		return err
	}
	huge := regexp.MustCompile(`[:"]\s*[-+]?[0-9.]+[eE][-+]?[0-9]{4,}\s*[",}]`)
	for _, part := range []json.RawMessage{parts.Spec, parts.Status} {
		if found := huge.Find(part); found != nil {
			return fmt.Errorf("quantities must be of a sensible size: %s", bytes.Trim(found, `:", }`))
		}
	}
	return nil
}

// completed is a list with what it lacks, from the first list that has it.
func completed(list corev1.ResourceList, from ...corev1.ResourceList) corev1.ResourceList {
	if list == nil {
		list = corev1.ResourceList{}
	}
	for _, other := range from {
		for name, quantity := range other {
			if _, ok := list[name]; !ok {
				list[name] = quantity
			}
		}
	}
	return list
}

// ResourceQuota reads a ResourceQuota as the API server stores it. Unknown
// fields are dropped.
func ResourceQuota(doc []byte) (*corev1.ResourceQuota, error) {
	quota := &corev1.ResourceQuota{}
	if err := sensible(doc); err != nil {
		return nil, err
	}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(doc, quota); err != nil {
		return nil, err
	}
	for _, list := range []corev1.ResourceList{quota.Spec.Hard, quota.Status.Hard, quota.Status.Used} {
		roundUp(list)
	}
	return quota, nil
}
