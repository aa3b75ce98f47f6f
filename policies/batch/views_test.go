package batch_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/batch"
)

func TestViewsOfAJob(t *testing.T) {
	t.Parallel()
	o := parse(t, batch.Job, `{"apiVersion":"batch/v1","kind":"Job","status":{"active":1},
		"metadata":{"name":"j","managedFields":[{}],"annotations":{"a":"b","kubectl.kubernetes.io/last-applied-configuration":"{}"}},
		"spec":{"template":{"metadata":{"labels":{"x":"y"}},"spec":{"restartPolicy":"Never",
			"containers":[{"name":"main","image":"busybox","role":"forged","quantities":1,"reference":2}]}}}}`)
	pod := map[string]any{
		"metadata": map[string]any{"labels": map[string]any{"x": "y"}},
		"spec": map[string]any{"restartPolicy": "Never", "containers": []any{
			map[string]any{"name": "main", "image": "busybox", "role": "forged", "quantities": 1.0, "reference": 2.0},
		}},
	}
	v := o.Views()
	for sentence, tc := range map[string]struct{ got, want any }{
		"a job is metadata and spec, without evidence": {plain(t, v.Job), map[string]any{
			"metadata": map[string]any{"name": "j", "annotations": map[string]any{"a": "b"}},
			"spec":     map[string]any{"template": pod},
		}},
		"a job has no cronjob view": {plain(t, v.CronJob), nil},
		"the pod is the template":   {plain(t, v.Pod), pod},
		"a container gets its role and image parts": {plain(t, v.ContainersTerm), []any{map[string]any{
			"name": "main", "image": "busybox", "role": "main", "quantities": map[string]any{},
			"reference": map[string]any{"registry": "docker.io", "repository": "library/busybox"},
		}}},
	} {
		if diff := cmp.Diff(tc.want, tc.got); diff != "" {
			t.Errorf("%s, -want +got:\n%s", sentence, diff)
		}
	}
	job, _ := o.Lookup(path("job/spec/template"))
	if job != v.Pod {
		t.Error("the pod is a copy of the template")
	}
}

func TestViewsOfACronJob(t *testing.T) {
	t.Parallel()
	v := parse(t, batch.CronJob, `{"metadata":{"name":"c"},"spec":{"schedule":"@daily","jobTemplate":{"metadata":{"labels":{"a":"b"}},"spec":{"completions":2}}}}`).Views()
	job := map[string]any{"metadata": map[string]any{"labels": map[string]any{"a": "b"}}, "spec": map[string]any{"completions": 2.0}}
	if diff := cmp.Diff(any(job), plain(t, v.Job)); diff != "" {
		t.Errorf("job, -want +got:\n%s", diff)
	}
	cronJob := map[string]any{
		"metadata": map[string]any{"name": "c"},
		"spec":     map[string]any{"schedule": "@daily", "jobTemplate": job},
		"timetable": map[string]any{
			"never": false, "every": false, "interval": 86400.0, "fields": []any{"0", "0", "*", "*", "*"}, "spread": 3.0,
		},
	}
	if diff := cmp.Diff(any(cronJob), plain(t, v.CronJob)); diff != "" {
		t.Errorf("cronjob, -want +got:\n%s", diff)
	}
	if v.Pod != nil {
		t.Errorf("pod is %v, want none", v.Pod)
	}
}

func TestQuantitiesInViews(t *testing.T) {
	t.Parallel()
	v := parse(t, batch.Job, `{"spec":{"template":{"spec":{
		"resources":{"limits":{"cpu":"2"}},
		"containers":[
			{"name":"a","resources":{"requests":{"cpu":"100m","memory":"1Gi","nvidia.com/gpu":2},"limits":{"cpu":0.5,"memory":"much","x":[]}}},
			{"name":"b","resources":{"requests":{}}},{"name":"c","resources":{}},{"name":"d","resources":{"limits":[]}}]}}}}`).Views()
	if diff := cmp.Diff(any(map[string]any{"limits": map[string]any{"cpu": 2000.0}}), plain(t, v.Pod).(map[string]any)["quantities"]); diff != "" {
		t.Errorf("pod, -want +got:\n%s", diff)
	}
	got := map[string]any{}
	for _, c := range plain(t, v.ContainersTerm).([]any) {
		got[c.(map[string]any)["name"].(string)] = c.(map[string]any)["quantities"]
	}
	want := map[string]any{
		"a": map[string]any{
			"requests": map[string]any{"cpu": 100.0, "memory": 1073741824.0, "nvidia.com/gpu": 2.0},
			"limits":   map[string]any{"cpu": 500.0},
		},
		"b": map[string]any{"requests": map[string]any{}},
		"c": map[string]any{},
		"d": map[string]any{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("containers, -want +got:\n%s", diff)
	}
}

func TestReferences(t *testing.T) {
	t.Parallel()
	const digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	for image, want := range map[string]any{
		"busybox":                          map[string]any{"registry": "docker.io", "repository": "library/busybox"},
		"busybox:1.36":                     map[string]any{"registry": "docker.io", "repository": "library/busybox", "tag": "1.36"},
		"team/app@" + digest:               map[string]any{"registry": "docker.io", "repository": "team/app", "digest": digest},
		"localhost:5000/a/b:c@" + digest:   map[string]any{"registry": "localhost:5000", "repository": "a/b", "tag": "c", "digest": digest},
		"index.docker.io/library/x:latest": map[string]any{"registry": "docker.io", "repository": "library/x", "tag": "latest"},
		"Busybox":                          nil,
		"":                                 nil,
		"a:b:c":                            nil,
	} {
		v := parse(t, batch.Job, `{"spec":{"template":{"spec":{"containers":[{"image":"`+image+`"}]}}}}`).Views()
		got := plain(t, v.ContainersTerm).([]any)[0].(map[string]any)["reference"]
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q, -want +got:\n%s", image, diff)
		}
	}
}
