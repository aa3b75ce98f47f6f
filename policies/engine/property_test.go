package engine_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/engine"
)

// anyManifest draws a Job or CronJob that the API server would decode.
func anyManifest(t *rapid.T) string {
	var spec strings.Builder
	maybe := func(indent int, name string, values ...string) {
		if rapid.Bool().Draw(t, name+" is set") {
			fmt.Fprintf(&spec, "%s%s: %s\n", strings.Repeat(" ", indent), name, rapid.SampledFrom(values).Draw(t, name))
		}
	}
	maybe(2, "backoffLimit", "0", "4", "6", "50", "null")
	maybe(2, "ttlSecondsAfterFinished", "0", "86400", "99999999")
	maybe(2, "activeDeadlineSeconds", "0", "600")
	maybe(2, "completionMode", "Indexed", "NonIndexed")
	maybe(2, "backoffLimitPerIndex", "1", "20")
	spec.WriteString("  template:\n    spec:\n")
	maybe(6, "restartPolicy", "Never", "OnFailure", "Always", `""`)
	maybe(6, "resources", "{limits: {memory: 2Gi}}", "{}")
	for _, list := range []string{"containers", "initContainers"} {
		n := rapid.IntRange(0, 2).Draw(t, list)
		if n == 0 {
			continue
		}
		fmt.Fprintf(&spec, "      %s:\n", list)
		for i := range n {
			fmt.Fprintf(&spec, "      - name: %s\n", rapid.SampledFrom([]string{list + "-" + fmt.Sprint(i), "same", `""`}).Draw(t, "name"))
			maybe(8, "image", "busybox", `"busybox:1.37"`, "'???'")
			maybe(8, "restartPolicy", "Always")
			maybe(8, "resources", "{}", "{limits: {cpu: 2}}", "{requests: {memory: 5Gi}}", `{limits: {memory: "1"}, requests: {memory: "1"}}`, "null")
		}
	}
	job := "apiVersion: batch/v1\nkind: Job\nmetadata: {name: x}\nspec:\n" + spec.String()
	if rapid.Bool().Draw(t, "Job") {
		return job
	}
	indented := strings.ReplaceAll("\nspec:\n"+strings.TrimSuffix(spec.String(), "\n"), "\n", "\n    ")
	return "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: x}\nspec:\n  schedule: '@daily'\n  jobTemplate:" + indented + "\n"
}

func TestMutatingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	engines := []*engine.Engine{load(t, ""), load(t, "strict")}
	rapid.Check(t, func(rt *rapid.T) {
		manifest := anyManifest(rt)
		client := rapid.SampledFrom([]apiserver.Client{"apply", "ssa", "create"}).Draw(rt, "client")
		e := rapid.SampledFrom(engines).Draw(rt, "engine")
		req := create(t, client, manifest)
		first := mutate(t, e, req)
		checkPatch(rt, req.Object, first)
		again := req
		again.Object = first.Object
		if second := mutate(t, e, again); len(second.Patch) > 0 {
			rt.Errorf("the second answer patches %s\nafter %s\nof\n%s", text(second.Patch), text(first.Patch), manifest)
		}
	})
}

// checkPatch compares what Mutate says it made with what the API server makes
// of its patch.
func checkPatch(t interface{ Errorf(string, ...any) }, original []byte, m engine.Mutation) {
	got := original
	if len(m.Patch) > 0 {
		patch, err := jsonpatch.DecodePatch([]byte(text(m.Patch)))
		if err == nil {
			got, err = patch.Apply(original)
		}
		if err != nil {
			t.Errorf("patch %s: %v", text(m.Patch), err)
			return
		}
	}
	if diff := cmp.Diff(decoded(m.Object), decoded(got)); diff != "" {
		t.Errorf("the patched object differs from the answer's (-answer +patched):\n%s", diff)
	}
}

func decoded(raw []byte) any {
	var v any
	if err := json.Unmarshal(raw, &v); err != nil {
		return err.Error()
	}
	return v
}

func text(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(raw)
}

// TestNoContainerEscapes is the bypass oracle: an image that does not pin
// anything, put anywhere a container can be, is always found.
func TestNoContainerEscapes(t *testing.T) {
	t.Parallel()
	e := load(t, "strict")
	rapid.Check(t, func(rt *rapid.T) {
		var doc map[string]any
		if err := json.Unmarshal(create(t, "apply", anyManifest(rt)).Object, &doc); err != nil {
			rt.Fatal(err)
		}
		kind := doc["kind"].(string)
		spec := doc["spec"].(map[string]any)
		if kind == "CronJob" {
			spec = spec["jobTemplate"].(map[string]any)["spec"].(map[string]any)
		}
		pod := spec["template"].(map[string]any)["spec"].(map[string]any)
		list := rapid.SampledFrom([]string{"containers", "initContainers"}).Draw(rt, "list")
		bad := map[string]any{
			"name":  rapid.SampledFrom([]string{"bad", "same", "", "containers-0", "a.b", "a/b~"}).Draw(rt, "name"),
			"image": "unpinned-by-anybody",
		}
		if rapid.Bool().Draw(rt, "sidecar") {
			bad["restartPolicy"] = "Always"
		}
		items, _ := pod[list].([]any)
		at := rapid.IntRange(0, len(items)).Draw(rt, "at")
		pod[list] = append(append(append([]any{}, items[:at]...), bad), items[at:]...)
		raw, err := json.Marshal(doc)
		if err != nil {
			rt.Fatal(err)
		}
		req := create(t, "apply", silentJob)
		req.Kind, req.Object = kind, raw
		v := validate(t, e, req)
		for _, f := range v.Enforced() {
			if f.Rule == "image-pinned" && strings.Contains(f.Message, "unpinned-by-anybody") {
				return
			}
		}
		rt.Errorf("not found in %s", raw)
	})
}
