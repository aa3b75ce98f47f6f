package apiserver_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMetadataIsWipedBeforeTheFirstWebhook(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ metadata, want string }{
		"what the system sets is wiped, what it overwrites later is not": {
			metadata: "{name: a, uid: x, creationTimestamp: '2020-01-01T00:00:00Z', deletionTimestamp: '2020-01-01T00:00:00Z', deletionGracePeriodSeconds: 1, selfLink: /x, managedFields: [{manager: m}], generation: 7, finalizers: [orphan]}",
			want:     `{"finalizers":["orphan"],"generation":7,"name":"a","namespace":"team"}`,
		},
		"a namespace that was written stays": {
			metadata: "{name: a, namespace: other}",
			want:     `{"name":"a","namespace":"other"}`,
		},
		"a resource version is refused later": {
			metadata: "{name: a, resourceVersion: '1'}",
			want:     `{"name":"a","namespace":"team","resourceVersion":"1"}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := decode(t, "{apiVersion: batch/v1, kind: Job, metadata: "+c.metadata+"}")
			object.Admit("team")
			if diff := cmp.Diff(any(tree(t, c.want)), plain(t, object)["metadata"]); diff != "" {
				t.Errorf("metadata (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnObjectIsPreparedForStorage(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		document string
		want     map[string]string
	}{
		"a Job selects its Pods by its own identity": {
			document: jobWith("suspend: false"),
			want: map[string]string{
				"metadata":                      `{"generation":1,"name":"nightly","uid":"UID"}`,
				"spec.selector":                 `{"matchLabels":{"batch.kubernetes.io/controller-uid":"UID"}}`,
				"spec.template.metadata.labels": `{"batch.kubernetes.io/controller-uid":"UID","batch.kubernetes.io/job-name":"nightly","controller-uid":"UID","job-name":"nightly"}`,
			},
		},
		"a label that is there stays, for validation to refuse": {
			document: "{apiVersion: batch/v1, kind: Job, metadata: {name: nightly}, spec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {job-name: other}}}}}",
			want: map[string]string{
				"spec.selector":                          `{"matchLabels":{"a":"b","batch.kubernetes.io/controller-uid":"UID"}}`,
				"spec.template.metadata.labels.job-name": `"other"`,
			},
		},
		"a manual selector is left alone": {
			document: jobWith("manualSelector: true, selector: {matchLabels: {a: b}}"),
			want:     map[string]string{"spec.selector": `{"matchLabels":{"a":"b"}}`, "spec.template.metadata.labels": ""},
		},
		"labels carry the beginning of a generated name": {
			document: "{apiVersion: batch/v1, kind: Job, metadata: {generateName: " + strings.Repeat("g", 60) + "}}",
			want: map[string]string{
				"metadata":                               `{"generateName":"` + strings.Repeat("g", 60) + `","generation":1,"uid":"UID"}`,
				"spec.template.metadata.labels.job-name": `"` + strings.Repeat("g", 58) + `xxxxx"`,
			},
		},
		"a status is emptied": {
			document: "{apiVersion: batch/v1, kind: Job, status: {active: 1}}",
			want:     map[string]string{"status": "{}"},
		},
		"a CronJob gets no selector and no labels, and no status": {
			document: "{apiVersion: batch/v1, kind: CronJob, metadata: {name: nightly}, status: {lastScheduleTime: '2020-01-01T00:00:00Z'}}",
			want: map[string]string{
				"metadata":              `{"generation":1,"name":"nightly","uid":"UID"}`,
				"spec.jobTemplate.spec": `{"template":{"metadata":{},"spec":{"containers":null}}}`,
				"status":                "{}",
			},
		},
		"fields behind gates that are off are dropped": {
			document: podWith(`{
				schedulingGroup: {podGroupName: g}, evictionResponders: [{name: a, priority: 1}],
				initContainers: [{lifecycle: {stopSignal: SIGINT, preStop: {httpGet: {port: 1, protocol: HTTP}}}}],
				containers: [{name: a, lifecycle: {stopSignal: SIGINT}, livenessProbe: {grpc: {port: 1, mode: TLS}}, startupProbe: {httpGet: {port: 1, protocol: HTTP}}, volumeMounts: [{name: v, mountPath: /x, bindMountOptions: [a]}]}],
				ephemeralContainers: [{volumeMounts: [{name: v, mountPath: /x, bindMountOptions: [a]}]}]}`),
			want: map[string]string{
				"spec.template.spec": `{"containers":[{"livenessProbe":{"grpc":{"port":1,"service":null}},"name":"a","resources":{},"startupProbe":{"httpGet":{"port":1}},"volumeMounts":[{"mountPath":"/x","name":"v"}]}],` +
					`"ephemeralContainers":[{"name":"","resources":{},"volumeMounts":[{"mountPath":"/x","name":"v"}]}],` +
					`"initContainers":[{"lifecycle":{"preStop":{"httpGet":{"port":1}}},"name":"","resources":{}}]}`,
			},
		},
		"owners and modes of files in volumes are dropped": {
			document: podWith(`{volumes: [
				{name: a, emptyDir: {mode: 448}},
				{name: b, secret: {defaultUser: 1, items: [{key: k, path: p, user: 1}]}},
				{name: c, configMap: {defaultUser: 1, items: [{key: k, path: p, user: 1}]}},
				{name: d, downwardAPI: {defaultUser: 1, items: [{path: p, user: 1}]}},
				{name: e, projected: {defaultUser: 1, sources: [
					{secret: {items: [{key: k, path: p, user: 1}]}}, {configMap: {items: [{key: k, path: p, user: 1}]}},
					{downwardAPI: {items: [{path: p, user: 1}]}}, {serviceAccountToken: {path: t, user: 1}},
					{clusterTrustBundle: {path: b, user: 1}}, {podCertificate: {signerName: s, keyType: k, user: 1}}]}}]}`),
			want: map[string]string{
				"spec.template.spec.volumes": `[{"emptyDir":{},"name":"a"},{"name":"b","secret":{"items":[{"key":"k","path":"p"}]}},` +
					`{"configMap":{"items":[{"key":"k","path":"p"}]},"name":"c"},{"downwardAPI":{"items":[{"path":"p"}]},"name":"d"},` +
					`{"name":"e","projected":{"sources":[{"secret":{"items":[{"key":"k","path":"p"}]}},{"configMap":{"items":[{"key":"k","path":"p"}]}},` +
					`{"downwardAPI":{"items":[{"path":"p"}]}},{"serviceAccountToken":{"path":"t"}},{"clusterTrustBundle":{"path":"b"}},` +
					`{"podCertificate":{"keyType":"k","signerName":"s"}}]}}]`,
			},
		},
		"annotations that once held containers are dropped": {
			document: "{apiVersion: batch/v1, kind: Job, spec: {manualSelector: true, template: {metadata: {annotations: {pod.beta.kubernetes.io/init-containers: x, a: b}}}}}",
			want:     map[string]string{"spec.template.metadata": `{"annotations":{"a":"b"}}`},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := decode(t, c.document)
			object.Prepare("UID")
			checkPaths(t, plain(t, object), c.want)
		})
	}
}
