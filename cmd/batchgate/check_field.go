package main

import (
	"maps"
	"reflect"
	"slices"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/batchgate/batchgate/policies/config"
)

func rootOf(kind string) reflect.Type {
	switch kind {
	case "CronJob":
		return reflect.TypeFor[batchv1.CronJob]()
	case "Namespace":
		return reflect.TypeFor[corev1.Namespace]()
	case "LimitRange":
		return reflect.TypeFor[corev1.LimitRange]()
	case "ResourceQuota":
		return reflect.TypeFor[corev1.ResourceQuota]()
	}
	return reflect.TypeFor[batchv1.Job]()
}

// nearestField is the field that a misspelt one is most like.
func nearestField(kind, path string) string {
	at := rootOf(kind)
	parts := strings.Split(path, ".")
	for _, part := range parts[:len(parts)-1] {
		name, _, _ := strings.Cut(part, "[")
		next, ok := fieldsOf(at)[name]
		if !ok {
			return ""
		}
		at = next
	}
	return config.Nearest(parts[len(parts)-1], slices.Sorted(maps.Keys(fieldsOf(at))))
}

// home is where a field belongs that stands in the wrong place, as its
// indentation often is.
func home(kind, name string) string {
	type level struct {
		path string
		t    reflect.Type
	}
	next := []level{{"", rootOf(kind)}}
	for range deepestHome {
		var below []level
		for _, l := range next {
			fields := fieldsOf(l.t)
			if _, ok := fields[name]; ok {
				return l.path
			}
			for _, key := range slices.Sorted(maps.Keys(fields)) {
				below = append(below, level{strings.TrimPrefix(l.path+"."+key, "."), fields[key]})
			}
		}
		next = below
	}
	return ""
}

// deepestHome is the level of a container's fields in a CronJob.
const deepestHome = 7

// fieldsOf are the fields of an API type as JSON names them, with the type of
// what is inside lists and pointers.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	if t.Kind() != reflect.Struct {
		return out
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		inner := f.Type
		for inner.Kind() == reflect.Pointer || inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		if name == "" { // embedded
			for name, t := range fieldsOf(inner) {
				out[name] = t
			}
			continue
		}
		out[name] = inner
	}
	return out
}
