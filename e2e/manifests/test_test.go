package manifests

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/batchgate/batchgate/e2e/rendered"
	"github.com/batchgate/batchgate/policies/dryrun"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
)

// What we ship is held to the strictest of our own presets.
func TestEveryJobOfTheChartPassesTheStrictPreset(t *testing.T) {
	t.Parallel()
	set, err := source.Load("strict")
	if err != nil {
		t.Fatal(err)
	}
	strict, err := engine.New(set.Catalogue, set.Policy)
	if err != nil {
		t.Fatal(err)
	}
	judge := dryrun.New(strict, dryrun.Options{Namespace: "shop", Now: time.Now(), Namespaces: func(name string) engine.Namespace {
		return engine.Namespace{Name: name, LabelsKnown: true, LimitsKnown: true, QuotasKnown: true}
	}})
	jobs := 0
	for _, object := range rendered.Objects(t, rendered.Everything(rendered.Chart(t, map[string]any{}))) {
		job, ok := object.(*batchv1.Job)
		if !ok {
			continue
		}
		jobs++
		job.Namespace = "" // the gate's own is left alone
		doc, err := json.Marshal(job)
		if err != nil {
			t.Fatal(err)
		}
		result, err := judge.Create(t.Context(), doc)
		if err != nil {
			t.Fatal(err)
		}
		if result.Malformed != nil || len(result.Invalid) > 0 || !result.Reached {
			t.Errorf("Job %s: %v %v", job.Name, result.Malformed, result.Invalid)
		}
		for _, finding := range result.Verdict.Findings {
			t.Errorf("Job %s: %s (%s)", job.Name, finding.Message, finding.Rule)
		}
	}
	if jobs == 0 {
		t.Error("the chart has no Job")
	}
}

// An unknown key is a typing error of somebody, wherever it is: what the schema lists is all there is, but for mappings
// whose keys are for users to name.
func TestTheSchemaRefusesUnknownKeysEverywhere(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(rendered.ChartDir(t), "values.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	var schema map[string]any
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	objects := 0
	var walk func(at string, node any)
	walk = func(at string, node any) {
		object, ok := node.(map[string]any)
		if !ok {
			return
		}
		if _, lists := object["properties"]; lists {
			objects++
			if object["additionalProperties"] != false {
				t.Errorf("%s lists properties and takes others", at)
			}
		}
		for _, key := range slices.Sorted(maps.Keys(object)) {
			walk(at+"/"+key, object[key])
		}
	}
	walk("", schema)
	if objects < 5 {
		t.Errorf("%d objects with properties", objects)
	}
}
