package parity

import (
	"bytes"
	"encoding/json"
	"maps"
	"regexp"
	"strings"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// difference names everything in which two answers are not the same, "" when
// nothing.
func difference(cluster, check Answer) string {
	if cluster.Crashed {
		cluster, check = Answer{Verdict: cluster.Verdict}, Answer{Verdict: check.Verdict}
	}
	if cluster.Nameless {
		cluster.Causes, check.Causes, cluster.Nameless = nil, nil, false
	}
	return cmp.Diff(cluster, check, cmpopts.EquateEmpty())
}

// made is what only the cluster can know of an object: a drawn name and what it
// is derived from.
type made struct {
	generateName string // of an object without a name
	child        bool   // the Job of a CronJob, whose owner has another uid here
}

// normalise leaves out of a stored object what the API server draws, and the
// status.
func (m made) normalise(stored []byte) (map[string]any, error) {
	decoder := json.NewDecoder(bytes.NewReader(stored))
	decoder.UseNumber()
	var object map[string]any
	if err := decoder.Decode(&object); err != nil {
		return nil, err
	}
	emptied(object)
	delete(object, "status")
	metadata := part(object, "metadata")
	for _, key := range []string{"uid", "resourceVersion", "creationTimestamp", "generation", "managedFields"} {
		delete(metadata, key)
	}
	delete(part(object, "spec"), "selector")
	if object["kind"] == "Job" && len(part(metadata, "labels")) == 0 {
		// A Job without labels has those of its template whenever it is read.
		metadata["labels"] = maps.Clone(part(object, "spec", "template", "metadata", "labels"))
	}
	m.unlabel(metadata)
	m.unlabel(part(object, "spec", "template", "metadata"))
	if m.generateName != "" {
		delete(metadata, "name")
	}
	owners, _ := metadata["ownerReferences"].([]any)
	for _, owner := range owners {
		if owner, ok := owner.(map[string]any); ok && m.child {
			delete(owner, "uid")
			if m.generateName != "" {
				delete(owner, "name")
			}
		}
	}
	return object, nil
}

func (m made) unlabel(metadata map[string]any) {
	labels := part(metadata, "labels")
	for _, key := range []string{"controller-uid", "batch.kubernetes.io/controller-uid"} {
		delete(labels, key)
	}
	if m.generateName != "" {
		delete(labels, "job-name")
		delete(labels, "batch.kubernetes.io/job-name")
	}
	if len(labels) == 0 {
		delete(metadata, "labels")
	}
}

// rename writes drawn names as `check` does, which cannot know them.
func (m made) rename(a *Answer) {
	if m.generateName == "" {
		return
	}
	kept := m.generateName[:min(len(m.generateName), 58)]
	drawn := regexp.MustCompile(regexp.QuoteMeta(kept) + `([bcdfghjklmnpqrstvwxz2456789]{5}|xxxxx)\b`)
	tidy := func(text string) string {
		return drawn.ReplaceAllString(text, strings.ReplaceAll(m.generateName, "$", "$$")+"*")
	}
	a.Message = tidy(a.Message)
	for i := range a.Causes {
		a.Causes[i].Message = tidy(a.Causes[i].Message)
	}
	for i := range a.Warnings {
		a.Warnings[i] = tidy(a.Warnings[i])
	}
	for key, value := range a.Audit {
		a.Audit[key] = tidy(value)
	}
}

// part walks down maps; what is not there is an empty map.
func part(object map[string]any, path ...string) map[string]any {
	for _, key := range path {
		object, _ = object[key].(map[string]any)
	}
	return object
}

// emptied makes every empty list null, as which it comes back from the store.
func emptied(value any) {
	switch value := value.(type) {
	case map[string]any:
		for key, member := range value {
			if list, ok := member.([]any); ok && len(list) == 0 {
				value[key] = nil
			}
			emptied(member)
		}
	case []any:
		for _, item := range value {
			emptied(item)
		}
	}
}
