package batch_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/batch"
)

const placesJob = `{"metadata":{"name":"j","annotations":{"a.b/c":"x"}},"spec":{"suspend":null,"ttlSecondsAfterFinished":5,
	"template":{"spec":{
		"volumes":[{"name":"v"}],
		"containers":[{"name":"main","image":"i","resources":{}},{"name":"twice","image":"first"}],
		"initContainers":[{"name":"setup"},{"name":"proxy","restartPolicy":"Always"},{"name":"twice","image":"second"},{"image":"nameless"}]}}}}`

const placesCronJob = `{"spec":{"jobTemplate":{"spec":{"template":{"spec":{"containers":[{"name":"main","image":"i"}]}}}}}}`

func TestPlaces(t *testing.T) {
	t.Parallel()
	type reach struct {
		Depth    int
		Null, OK bool
	}
	for sentence, tc := range map[string]struct {
		kind    batch.Kind
		view    string
		pointer string
		field   string
		subject string // "": the field
		value   any    // nil: Lookup finds nothing
		reach   reach
	}{
		"a field that is there":            {batch.Job, "job/spec/ttlSecondsAfterFinished", "spec/ttlSecondsAfterFinished", "spec.ttlSecondsAfterFinished", "", 5.0, reach{2, false, true}},
		"a field that is missing":          {batch.Job, "job/spec/backoffLimit", "spec/backoffLimit", "spec.backoffLimit", "", nil, reach{1, false, true}},
		"a field that is null":             {batch.Job, "job/spec/suspend", "spec/suspend", "spec.suspend", "", nil, reach{1, true, true}},
		"a field below a null":             {batch.Job, "job/spec/suspend/x", "spec/suspend/x", "spec.suspend.x", "", nil, reach{1, true, true}},
		"a field below a number":           {batch.Job, "job/spec/ttlSecondsAfterFinished/x", "spec/ttlSecondsAfterFinished/x", "spec.ttlSecondsAfterFinished.x", "", nil, reach{2, false, false}},
		"two levels missing":               {batch.Job, "job/spec/podFailurePolicy/rules", "spec/podFailurePolicy/rules", "spec.podFailurePolicy.rules", "", nil, reach{1, false, true}},
		"a key with dots":                  {batch.Job, "job/metadata/annotations/a.b~c", "metadata/annotations/a.b~c", "metadata.annotations[a.b/c]", "", "x", reach{3, false, true}},
		"labels that are missing":          {batch.Job, "job/metadata/labels/team", "metadata/labels/team", "metadata.labels.team", "", nil, reach{1, false, true}},
		"the pod's alias":                  {batch.Job, "pod/spec/restartPolicy", "spec/template/spec/restartPolicy", "spec.template.spec.restartPolicy", "", nil, reach{3, false, true}},
		"an item by its index":             {batch.Job, "pod/spec/volumes/0/name", "spec/template/spec/volumes/0/name", "spec.template.spec.volumes[0].name", "", "v", reach{6, false, true}},
		"an item past the end":             {batch.Job, "pod/spec/volumes/7/name", "spec/template/spec/volumes/7/name", "spec.template.spec.volumes[7].name", "", nil, reach{4, false, false}},
		"an index spelled oddly":           {batch.Job, "pod/spec/volumes/00/name", "spec/template/spec/volumes/00/name", "spec.template.spec.volumes[00].name", "", nil, reach{4, false, false}},
		"a container's field":              {batch.Job, "containers/main/image", "spec/template/spec/containers/0/image", "spec.template.spec.containers[0].image", `container "main":`, "i", reach{6, false, true}},
		"a container's missing field":      {batch.Job, "containers/main/resources/limits/memory", "spec/template/spec/containers/0/resources/limits/memory", "spec.template.spec.containers[0].resources.limits.memory", `container "main":`, nil, reach{6, false, true}},
		"an init container":                {batch.Job, "containers/setup/image", "spec/template/spec/initContainers/0/image", "spec.template.spec.initContainers[0].image", `init container "setup":`, nil, reach{5, false, true}},
		"a sidecar":                        {batch.Job, "containers/proxy/restartPolicy", "spec/template/spec/initContainers/1/restartPolicy", "spec.template.spec.initContainers[1].restartPolicy", `sidecar "proxy":`, "Always", reach{6, false, true}},
		"the first of a name used twice":   {batch.Job, "containers/twice/image", "spec/template/spec/containers/1/image", "spec.template.spec.containers[1].image", `container "twice":`, "first", reach{6, false, true}},
		"a container without a name":       {batch.Job, "containers//image", "spec/template/spec/initContainers/3/image", "spec.template.spec.initContainers[3].image", `init container "":`, "nameless", reach{6, false, true}},
		"a container that is missing":      {batch.Job, "containers/other/image", "spec/template/spec/containers/other/image", "spec.template.spec.containers[other].image", "", nil, reach{0, false, false}},
		"a CronJob's view of a Job":        {batch.Job, "cronjob/spec/schedule", "spec/schedule", "spec.schedule", "", nil, reach{0, false, false}},
		"a root without a meaning":         {batch.Job, "namespace/name", "namespace/name", "namespace.name", "", nil, reach{0, false, false}},
		"a CronJob's template of a Job":    {batch.CronJob, "job/spec/backoffLimit", "spec/jobTemplate/spec/backoffLimit", "spec.jobTemplate.spec.backoffLimit", "", nil, reach{3, false, true}},
		"a CronJob's own field":            {batch.CronJob, "cronjob/spec/concurrencyPolicy", "spec/concurrencyPolicy", "spec.concurrencyPolicy", "", nil, reach{1, false, true}},
		"a CronJob's container":            {batch.CronJob, "containers/main/image", "spec/jobTemplate/spec/template/spec/containers/0/image", "spec.jobTemplate.spec.template.spec.containers[0].image", `container "main":`, "i", reach{8, false, true}},
		"metadata that does not exist":     {batch.CronJob, "cronjob/metadata/annotations/x", "metadata/annotations/x", "metadata.annotations.x", "", nil, reach{0, false, true}},
		"the job template's own metadata":  {batch.CronJob, "job/metadata/labels", "spec/jobTemplate/metadata/labels", "spec.jobTemplate.metadata.labels", "", nil, reach{2, false, true}},
		"the list of containers, existing": {batch.CronJob, "containers", "spec/jobTemplate/spec/template/spec/containers", "spec.jobTemplate.spec.template.spec.containers", "", []any{map[string]any{"name": "main", "image": "i"}}, reach{6, false, true}},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			doc := map[batch.Kind]string{batch.Job: placesJob, batch.CronJob: placesCronJob}[tc.kind]
			o, view := parse(t, tc.kind, doc), slashed(tc.view)
			if tc.subject == "" {
				tc.subject = tc.field
			}
			want := batch.Location{Pointer: slashed(tc.pointer), Field: tc.field, Subject: tc.subject}
			if diff := cmp.Diff(want, o.Locate(view)); diff != "" {
				t.Errorf("Locate, -want +got:\n%s", diff)
			}
			value, _ := o.Lookup(view)
			if diff := cmp.Diff(tc.value, plain(t, value)); diff != "" {
				t.Errorf("Lookup, -want +got:\n%s", diff)
			}
			var got reach
			got.Depth, got.Null, got.OK = o.Reach(view)
			if diff := cmp.Diff(tc.reach, got); diff != "" {
				t.Errorf("Reach, -want +got:\n%s", diff)
			}
		})
	}
}

// slashed is path with ~ for a slash inside a key.
func slashed(s string) []string {
	parts := path(s)
	for i, part := range parts {
		if part == "a.b~c" {
			parts[i] = "a.b/c"
		}
	}
	return parts
}

func TestLookupTellsNullFromAbsent(t *testing.T) {
	t.Parallel()
	o := parse(t, batch.Job, placesJob)
	if _, ok := o.Lookup(path("job/spec/suspend")); !ok {
		t.Error("a null is not found")
	}
	if _, ok := o.Lookup(path("job/spec/backoffLimit")); ok {
		t.Error("something absent is found")
	}
	if _, ok := o.Lookup(nil); ok {
		t.Error("the empty path is found")
	}
}

func TestAmbiguousNames(t *testing.T) {
	t.Parallel()
	o := parse(t, batch.Job, placesJob)
	for name, want := range map[string]bool{"main": false, "setup": false, "twice": true, "": true, "other": false} {
		if got := o.Ambiguous(name); got != want {
			t.Errorf("Ambiguous(%q) = %v, want %v", name, got, want)
		}
	}
	var listed []string
	for _, c := range o.Views().Containers {
		listed = append(listed, c.Role+" "+c.Name)
	}
	want := []string{"main main", "main twice", "init setup", "sidecar proxy", "init twice", "init "}
	if diff := cmp.Diff(want, listed); diff != "" {
		t.Errorf("containers, -want +got:\n%s", diff)
	}
}
