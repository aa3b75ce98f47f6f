package batch_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/batch"
)

func TestACronJobHasATimetable(t *testing.T) {
	t.Parallel()
	for sentence, test := range map[string]struct {
		spec string
		want any
	}{
		"a schedule in a zone with summer time": {`{"schedule":"30 2 * * *","timeZone":"Europe/Berlin"}`, map[string]any{
			"never": false, "every": false, "interval": 86400.0, "fields": []any{"30", "2", "*", "*", "*"}, "spread": 32.0,
			"skipped": "2026-03-29 02:30", "repeated": "2026-10-25 02:30",
		}},
		"a schedule that never runs has no interval": {`{"schedule":"0 0 31 2 *"}`, map[string]any{
			"never": true, "every": false, "fields": []any{"0", "0", "31", "2", "*"}, "spread": 32.0,
		}},
		"a schedule that is counted has no fields": {`{"schedule":"@every 90m"}`, map[string]any{
			"never": false, "every": true, "interval": 5400.0, "spread": 32.0,
		}},
		"a schedule that is counted in seconds runs once a minute": {`{"schedule":"@every 1s"}`, map[string]any{
			"never": false, "every": true, "interval": 60.0, "spread": 32.0,
		}},
		"what is no schedule":                {`{"schedule":"every day"}`, nil},
		"what is no time zone":               {`{"schedule":"@daily","timeZone":"Mars"}`, nil},
		"no schedule":                        {`{}`, nil},
		"a schedule of a kind that none has": {`{"schedule":5}`, nil},
	} {
		for _, paths := range [][][]string{{{"cronjob", "timetable", "never"}}, {{"cronjob"}}} {
			document := fmt.Sprintf(`{"metadata":{"name":"nightly","namespace":"payments"},"spec":%s}`, test.spec)
			o, err := batch.Parse(batch.CronJob, []byte(document), batch.NewKeep(paths))
			if err != nil {
				t.Fatal(err)
			}
			view := plain(t, o.Views().CronJob).(map[string]any)
			if diff := cmp.Diff(test.want, view["timetable"]); diff != "" {
				t.Errorf("%s (-want +got):\n%s", sentence, diff)
			}
		}
	}
}

func TestATimetableIsMadeForRulesThatReadItOnly(t *testing.T) {
	t.Parallel()
	o, err := batch.Parse(batch.CronJob, []byte(`{"spec":{"schedule":"@daily"}}`), batch.NewKeep([][]string{{"cronjob", "spec", "schedule"}}))
	if err != nil {
		t.Fatal(err)
	}
	if view := plain(t, o.Views().CronJob).(map[string]any); view["timetable"] != nil {
		t.Errorf("%v", view)
	}
}

// The name is drawn between the two reviews of a create, and an offline check never learns it.
func TestTheMinuteToTakeDoesNotDependOnADrawnName(t *testing.T) {
	t.Parallel()
	spread := func(metadata string) any {
		o, err := batch.Parse(batch.CronJob, []byte(`{"metadata":`+metadata+`,"spec":{"schedule":"@daily"}}`),
			batch.NewKeep([][]string{{"cronjob", "timetable", "spread"}}))
		if err != nil {
			t.Fatal(err)
		}
		return plain(t, o.Views().CronJob).(map[string]any)["timetable"].(map[string]any)["spread"]
	}
	before, after := spread(`{"generateName":"nightly-"}`), spread(`{"generateName":"nightly-","name":"nightly-x7x2k"}`)
	if before != after {
		t.Errorf("minute %v before the name is drawn, %v afterwards", before, after)
	}
}
