package batch_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/batchgate/batchgate/policies/batch"
)

// views are paths of all roots, through containers, items and lists.
func views() [][]string {
	var all [][]string
	for _, s := range []string{
		"job", "job/spec", "job/spec/backoffLimit", "job/spec/podFailurePolicy/rules", "job/spec/template/spec/volumes",
		"job/spec/template/spec/volumes/*/name", "job/metadata/labels", "job/metadata/annotations/*", "job/spec/*/spec/restartPolicy",
		"pod", "pod/spec/restartPolicy", "pod/metadata/labels/a", "pod/spec/containers/*/image", "pod/spec/volumes/0/name",
		"containers", "containers/*/resources/limits/memory", "containers/*/env", "containers/main/image", "containers/*/quantities",
		"cronjob", "cronjob/spec/schedule", "cronjob/spec/jobTemplate/spec/suspend", "cronjob/metadata", "namespace/labels",
	} {
		all = append(all, path(s))
	}
	return all
}

// probes are what is looked up below the kept paths.
func probes() [][]string {
	var all [][]string
	for _, s := range []string{
		"job/spec/backoffLimit", "job/spec/podFailurePolicy/rules/0/action", "job/spec/template/spec/volumes/0/name",
		"job/spec/template/spec/volumes/1/emptyDir", "job/metadata/labels/a", "job/metadata/annotations/a", "job/spec/suspend",
		"pod/spec/restartPolicy", "pod/metadata/labels/a", "pod/spec/volumes/0/name", "containers/main/image",
		"containers/main/resources/limits/memory", "containers/main/env/0/name", "containers/setup/resources/limits/memory",
		"cronjob/spec/schedule", "cronjob/metadata/name", "cronjob/spec/jobTemplate/spec/suspend",
	} {
		all = append(all, path(s))
	}
	return all
}

// drawn is a JSON value that has the shape of a Job in places.
func drawn() *rapid.Generator[any] {
	leaf := rapid.OneOf(rapid.Just[any](nil), rapid.Just[any](true), rapid.Just[any](6), rapid.Just[any]("Always"),
		rapid.Just[any](map[string]any{}), rapid.Just[any]([]any{}), rapid.Just[any](1.5), rapid.Just[any]("é\"\\"))
	object := func(keys map[string]*rapid.Generator[any]) *rapid.Generator[any] {
		return rapid.Custom(func(t *rapid.T) any {
			m := map[string]any{}
			for _, key := range slices.Sorted(maps.Keys(keys)) {
				g := keys[key]
				switch rapid.IntRange(0, 9).Draw(t, key) {
				case 0:
				case 1:
					m[key] = leaf.Draw(t, key)
				default:
					m[key] = g.Draw(t, key)
				}
			}
			return m
		})
	}
	list := func(g *rapid.Generator[any]) *rapid.Generator[any] {
		return rapid.Custom(func(t *rapid.T) any { return rapid.SliceOfN(g, 0, 3).Draw(t, "items") })
	}
	names := rapid.SampledFrom([]any{"main", "setup", "", 3, "a.b"})
	texts := object(map[string]*rapid.Generator[any]{"a": leaf, "b.c/d": leaf})
	metadata := object(map[string]*rapid.Generator[any]{"name": names, "labels": texts, "annotations": texts, "managedFields": list(texts)})
	container := object(map[string]*rapid.Generator[any]{"name": names, "image": leaf, "env": list(object(map[string]*rapid.Generator[any]{"name": names})),
		"resources": object(map[string]*rapid.Generator[any]{"limits": object(map[string]*rapid.Generator[any]{"memory": leaf})})})
	pod := object(map[string]*rapid.Generator[any]{"restartPolicy": leaf, "containers": list(container), "initContainers": list(container),
		"volumes": list(object(map[string]*rapid.Generator[any]{"name": names, "emptyDir": leaf}))})
	job := object(map[string]*rapid.Generator[any]{"backoffLimit": leaf, "suspend": leaf,
		"podFailurePolicy": object(map[string]*rapid.Generator[any]{"rules": list(object(map[string]*rapid.Generator[any]{"action": leaf}))}),
		"template":         object(map[string]*rapid.Generator[any]{"metadata": metadata, "spec": pod})})
	template := object(map[string]*rapid.Generator[any]{"metadata": metadata, "spec": job})
	spec := object(map[string]*rapid.Generator[any]{"schedule": leaf, "jobTemplate": template, "backoffLimit": leaf, "template": template, "suspend": leaf})
	return rapid.Custom(func(t *rapid.T) any {
		m := map[string]any{"metadata": metadata.Draw(t, "metadata"), "spec": spec.Draw(t, "spec"), "status": leaf.Draw(t, "status")}
		for key, value := range m {
			if _, ok := value.(map[string]any); !ok {
				delete(m, key)
			}
		}
		return m
	})
}

// kept reports whether a path lies at or below one that is kept, both in the
// same spelling.
func kept(keep [][]string, probe []string) bool {
	for _, k := range keep {
		if len(k) > len(probe) {
			continue
		}
		same := true
		for i := range k {
			same = same && (k[i] == "*" || k[i] == probe[i])
		}
		if same {
			return true
		}
	}
	return false
}

// TestKeepLosesNothingThatIsKept: whatever is skipped, what lies below a kept
// path is found with the same value, reached equally far and equally located.
func TestKeepLosesNothingThatIsKept(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom([]batch.Kind{batch.Job, batch.CronJob}).Draw(rt, "kind")
		raw, err := json.Marshal(drawn().Draw(rt, "object"))
		if err != nil {
			rt.Fatal(err)
		}
		paths := rapid.SliceOfNDistinct(rapid.SampledFrom(views()), 0, 5, func(p []string) string { return join(p) }).Draw(rt, "keep")
		whole, err := batch.Parse(kind, raw, nil)
		if err != nil {
			rt.Fatalf("%v\n%s", err, raw)
		}
		part, err := batch.Parse(kind, raw, batch.NewKeep(paths))
		if err != nil {
			rt.Fatalf("with a Keep: %v\n%s", err, raw)
		}
		if diff := cmp.Diff(names(whole), names(part)); diff != "" {
			rt.Fatalf("containers, -whole +part:\n%s\n%s", diff, raw)
		}
		for _, probe := range probes() {
			if !kept(paths, probe) {
				continue
			}
			if a, b := found(whole, probe), found(part, probe); a != b {
				rt.Fatalf("Lookup(%v): whole %s, part %s\nkeep %v\n%s", probe, a, b, paths, raw)
			}
			if a, b := reached(whole, probe), reached(part, probe); a != b {
				rt.Fatalf("Reach(%v): whole %v, part %v\nkeep %v\n%s", probe, a, b, paths, raw)
			}
			if diff := cmp.Diff(whole.Locate(probe), part.Locate(probe)); diff != "" {
				rt.Fatalf("Locate(%v), -whole +part:\n%s\nkeep %v\n%s", probe, diff, paths, raw)
			}
			if a, b := whole.Intent(probe, nil), part.Intent(probe, nil); a != b {
				rt.Fatalf("Intent(%v): whole %s, part %s\nkeep %v\n%s", probe, a, b, paths, raw)
			}
		}
		if a, b := batch.OwnerOf(whole, "u"), batch.OwnerOf(part, "u"); a != b {
			rt.Fatalf("OwnerOf: whole %v, part %v", a, b)
		}
	})
}

func join(p []string) string {
	s := ""
	for _, part := range p {
		s += "/" + part
	}
	return s
}

func names(o *batch.Object) []string {
	var all []string
	for _, c := range o.Views().Containers {
		all = append(all, c.List+" "+c.Role+" "+c.Name)
	}
	return all
}

func found(o *batch.Object, view []string) string {
	t, ok := o.Lookup(view)
	if !ok {
		return "nothing"
	}
	return t.String()
}

func reached(o *batch.Object, view []string) [3]any {
	depth, null, ok := o.Reach(view)
	return [3]any{depth, null, ok}
}

// TestKeepSkips makes sure that the property above is not true for want of
// skipping.
func TestKeepSkips(t *testing.T) {
	t.Parallel()
	const doc = `{"metadata":{"uid":"u"},"spec":{"ttlSecondsAfterFinished":1,"template":{"spec":{"volumes":[{"name":"v"}],"containers":[{"name":"a","env":[]}]}}}}`
	o, err := batch.Parse(batch.Job, []byte(doc), batch.NewKeep([][]string{path("containers/*/image")}))
	if err != nil {
		t.Fatal(err)
	}
	for _, view := range []string{"job/metadata/uid", "job/spec/ttlSecondsAfterFinished", "pod/spec/volumes", "containers/a/env"} {
		if term, ok := o.Lookup(path(view)); ok {
			t.Errorf("%s is %s, nobody asked for it", view, term)
		}
	}
	if got := plain(t, o.Views().ContainersTerm); cmp.Diff([]any{map[string]any{"name": "a", "role": "main"}}, got) != "" {
		t.Errorf("containers are %v", got)
	}
}
