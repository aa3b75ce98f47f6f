package apiserver_test

import (
	"testing"
	"time"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/google/go-cmp/cmp"
)

func TestTheJobOfACronJob(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 4, 5, 6, 0, 0, time.UTC)
	cases := map[string]struct{ cron, want string }{
		"the name holds the minute, the annotation the time": {
			cron: "{apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly, namespace: team, uid: U, labels: {a: b}}, spec: {schedule: '@daily'}}",
			want: `{"annotations":{"batch.kubernetes.io/cronjob-scheduled-timestamp":"2026-03-04T05:06:00Z"},"name":"nightly-29543346","namespace":"team",
				"ownerReferences":[{"apiVersion":"batch/v1","blockOwnerDeletion":true,"controller":true,"kind":"CronJob","name":"nightly","uid":"U"}]}`,
		},
		"the time is that of the CronJob's zone": {
			cron: "{apiVersion: batch/v1, kind: CronJob, metadata: {name: db}, spec: {timeZone: Europe/Oslo}}",
			want: `{"annotations":{"batch.kubernetes.io/cronjob-scheduled-timestamp":"2026-03-04T06:06:00+01:00"},"name":"db-29543346",
				"ownerReferences":[{"apiVersion":"batch/v1","blockOwnerDeletion":true,"controller":true,"kind":"CronJob","name":"db","uid":""}]}`,
		},
		"a zone that does not exist changes nothing": {
			cron: "{apiVersion: batch/v1, kind: CronJob, metadata: {name: db}, spec: {timeZone: Europe/Nowhere}}",
			want: `{"annotations":{"batch.kubernetes.io/cronjob-scheduled-timestamp":"2026-03-04T05:06:00Z"},"name":"db-29543346",
				"ownerReferences":[{"apiVersion":"batch/v1","blockOwnerDeletion":true,"controller":true,"kind":"CronJob","name":"db","uid":""}]}`,
		},
		"labels and annotations are those of the template, its name is not": {
			cron: "{apiVersion: batch/v1, kind: CronJob, metadata: {name: db}, spec: {jobTemplate: {metadata: {name: x, labels: {a: b}, annotations: {c: d}, finalizers: [orphan]}}}}",
			want: `{"annotations":{"batch.kubernetes.io/cronjob-scheduled-timestamp":"2026-03-04T05:06:00Z","c":"d"},"labels":{"a":"b"},"name":"db-29543346",
				"ownerReferences":[{"apiVersion":"batch/v1","blockOwnerDeletion":true,"controller":true,"kind":"CronJob","name":"db","uid":""}]}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			child := &apiserver.Object{Job: apiserver.Child(decode(t, c.cron).CronJob, at)}
			if diff := cmp.Diff(any(tree(t, c.want)), plain(t, child)["metadata"]); diff != "" {
				t.Errorf("metadata (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheJobOfACronJobIsAJobOfItsOwn(t *testing.T) {
	t.Parallel()
	parent := decode(t, cronJobWith("schedule: '@daily', jobTemplate: {metadata: {labels: {a: b}}, spec: {parallelism: 2, template: {metadata: {labels: {c: d}}, spec: {restartPolicy: Never, containers: [{name: main, image: i}]}}}}"))
	parent.Admit("team")
	parent.CronJob.UID = "U"
	before := plain(t, parent)
	child := &apiserver.Object{Job: apiserver.Child(parent.CronJob, time.Unix(0, 0))}
	child.Default()
	child.Prepare("UID")
	if diff := cmp.Diff(before, plain(t, parent)); diff != "" {
		t.Errorf("the CronJob changed (-before +after):\n%s", diff)
	}
	if errs := child.Validate(); len(errs) > 0 {
		t.Errorf("the Job is refused: %v", errs)
	}
	checkPaths(t, plain(t, child)["spec"], map[string]string{"parallelism": "2", "completions": "", "backoffLimit": "6"})
}
