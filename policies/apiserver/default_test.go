package apiserver_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDefaultsOfAJobAndOfACronJob(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		document string
		want     map[string]string // by path from spec; "" for what stays absent
	}{
		"a Job that says nothing runs once": {
			document: jobWith("suspend: null"),
			want: map[string]string{
				"completions": "1", "parallelism": "1", "backoffLimit": "6", "completionMode": `"NonIndexed"`, "suspend": "false",
				"manualSelector": "false", "podReplacementPolicy": `"TerminatingOrFailed"`, "ttlSecondsAfterFinished": "",
			},
		},
		"a work queue has no completions": {
			document: jobWith("parallelism: 3"),
			want:     map[string]string{"completions": "", "parallelism": "3"},
		},
		"completions alone run one by one": {
			document: jobWith("completions: 3"),
			want:     map[string]string{"completions": "3", "parallelism": "1"},
		},
		"a limit per index leaves the whole without one": {
			document: jobWith("backoffLimitPerIndex: 1"),
			want:     map[string]string{"backoffLimit": "2147483647"},
		},
		"a failure policy replaces Pods that have failed": {
			document: jobWith("podFailurePolicy: {rules: [{action: Ignore, onPodConditions: [{type: DisruptionTarget}, {type: X, status: 'False'}]}]}"),
			want: map[string]string{
				"podReplacementPolicy": `"Failed"`,
				"podFailurePolicy":     `{"rules":[{"action":"Ignore","onPodConditions":[{"status":"True","type":"DisruptionTarget"},{"status":"False","type":"X"}]}]}`,
			},
		},
		"a CronJob's template gets no defaults of a Job": {
			document: cronJobWith("schedule: '@daily'"),
			want: map[string]string{
				"concurrencyPolicy": `"Allow"`, "suspend": "false", "successfulJobsHistoryLimit": "3", "failedJobsHistoryLimit": "1",
				"startingDeadlineSeconds": "", "jobTemplate.spec.backoffLimit": "", "jobTemplate.spec.completions": "",
				"jobTemplate.spec.completionMode": "", "jobTemplate.spec.suspend": "",
				"jobTemplate.spec.template.spec.dnsPolicy": `"ClusterFirst"`,
			},
		},
		"a CronJob's failure policy gets its statuses": {
			document: cronJobWith("schedule: '@daily', jobTemplate: {spec: {podFailurePolicy: {rules: [{onPodConditions: [{type: X}]}]}, template: {spec: {}}}}"),
			want: map[string]string{
				"jobTemplate.spec.podFailurePolicy":     `{"rules":[{"action":"","onPodConditions":[{"status":"True","type":"X"}]}]}`,
				"jobTemplate.spec.podReplacementPolicy": "",
			},
		},
		"values that were written stay": {
			document: cronJobWith("schedule: '@daily', concurrencyPolicy: Forbid, successfulJobsHistoryLimit: 0, failedJobsHistoryLimit: 0, suspend: true"),
			want:     map[string]string{"concurrencyPolicy": `"Forbid"`, "successfulJobsHistoryLimit": "0", "failedJobsHistoryLimit": "0", "suspend": "true"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := decode(t, c.document)
			object.Default()
			checkPaths(t, plain(t, object)["spec"], c.want)
		})
	}
}

func TestDefaultsOfAPodTemplate(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		pod  string
		want map[string]string
	}{
		"a Pod has a scheduler, a name service and half a minute to end": {
			pod: "{}",
			want: map[string]string{
				"restartPolicy": `"Always"`, "dnsPolicy": `"ClusterFirst"`, "schedulerName": `"default-scheduler"`,
				"terminationGracePeriodSeconds": "30", "securityContext": "{}", "enableServiceLinks": "", "serviceAccountName": "",
			},
		},
		"the old name of the service account is the new one": {
			pod:  "{serviceAccount: old}",
			want: map[string]string{"serviceAccountName": `"old"`, "serviceAccount": `"old"`},
		},
		"the new name of the service account wins": {
			pod:  "{serviceAccount: old, serviceAccountName: new}",
			want: map[string]string{"serviceAccountName": `"new"`, "serviceAccount": `"new"`},
		},
		"a container has a file for its last words": {
			pod: "{containers: [{name: a, image: 'busybox:1'}]}",
			want: map[string]string{
				"containers": `[{"image":"busybox:1","imagePullPolicy":"IfNotPresent","name":"a","resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}]`,
			},
		},
		"amounts are rounded up to a thousandth and spelled the short way": {
			pod: "{overhead: {cpu: 0.0001}, resources: {limits: {memory: 1024Mi}}, containers: [{resources: {limits: {cpu: 1.5}, requests: {memory: 1e9}}}]}",
			want: map[string]string{
				"overhead": `{"cpu":"1m"}`, "resources": `{"limits":{"memory":"1Gi"}}`,
				"containers.0.resources": `{"limits":{"cpu":"1500m"},"requests":{"memory":"1G"}}`,
			},
		},
		"a probe tries three times, every ten seconds": {
			pod: "{containers: [{livenessProbe: {httpGet: {port: 80}}, readinessProbe: {grpc: {port: 1}}}]}",
			want: map[string]string{
				"containers.0.livenessProbe":  `{"failureThreshold":3,"httpGet":{"path":"/","port":80,"scheme":"HTTP"},"periodSeconds":10,"successThreshold":1,"timeoutSeconds":1}`,
				"containers.0.readinessProbe": `{"failureThreshold":3,"grpc":{"port":1,"service":""},"periodSeconds":10,"successThreshold":1,"timeoutSeconds":1}`,
			},
		},
		"hooks, ports and variables of every kind of container are filled": {
			pod: "{initContainers: [{lifecycle: {preStop: {httpGet: {port: 1}}}}], containers: [{ports: [{containerPort: 1}]}], ephemeralContainers: [{env: [{name: A, valueFrom: {fieldRef: {fieldPath: x}}}, {name: B, valueFrom: {fileKeyRef: {key: k, path: p, volumeName: v}}}, {name: C, value: v}]}]}",
			want: map[string]string{
				"initContainers.0.lifecycle": `{"preStop":{"httpGet":{"path":"/","port":1,"scheme":"HTTP"}}}`,
				"containers.0.ports":         `[{"containerPort":1,"protocol":"TCP"}]`,
				"ephemeralContainers.0.env":  `[{"name":"A","valueFrom":{"fieldRef":{"apiVersion":"v1","fieldPath":"x"}}},{"name":"B","valueFrom":{"fileKeyRef":{"key":"k","optional":false,"path":"p","volumeName":"v"}}},{"name":"C","value":"v"}]`,
			},
		},
		"a volume of nothing is an empty directory, files have a mode": {
			pod: "{volumes: [{name: a}, {name: b, secret: {}}, {name: c, configMap: {}}, {name: d, downwardAPI: {items: [{path: p, fieldRef: {fieldPath: x}}]}}, {name: e, hostPath: {path: /x}}]}",
			want: map[string]string{
				"volumes": `[{"emptyDir":{},"name":"a"},{"name":"b","secret":{"defaultMode":420}},{"configMap":{"defaultMode":420},"name":"c"},{"downwardAPI":{"defaultMode":420,"items":[{"fieldRef":{"apiVersion":"v1","fieldPath":"x"},"path":"p"}]},"name":"d"},{"hostPath":{"path":"/x","type":""},"name":"e"}]`,
			},
		},
		"projected volumes, claims and images are filled": {
			pod: "{volumes: [{name: a, projected: {sources: [{serviceAccountToken: {path: t}}, {downwardAPI: {items: [{path: p, fieldRef: {fieldPath: x}}]}}]}}, {name: b, ephemeral: {volumeClaimTemplate: {spec: {resources: {requests: {storage: 1024Mi}}}}}}, {name: c, image: {reference: 'r.io/a'}}]}",
			want: map[string]string{
				"volumes.0.projected":                          `{"defaultMode":420,"sources":[{"serviceAccountToken":{"expirationSeconds":3600,"path":"t"}},{"downwardAPI":{"items":[{"fieldRef":{"apiVersion":"v1","fieldPath":"x"},"path":"p"}]}}]}`,
				"volumes.1.ephemeral.volumeClaimTemplate.spec": `{"resources":{"requests":{"storage":"1Gi"}},"volumeMode":"Filesystem"}`,
				"volumes.2.image":                              `{"pullPolicy":"Always","reference":"r.io/a"}`,
			},
		},
		"volumes on the network are filled": {
			pod: "{volumes: [{name: a, iscsi: {targetPortal: p, iqn: q, lun: 0}}, {name: b, rbd: {monitors: [m], image: i}}, {name: c, azureDisk: {diskName: d, diskURI: u}}, {name: d, scaleIO: {gateway: g, system: s, secretRef: null}}]}",
			want: map[string]string{
				"volumes.0.iscsi.iscsiInterface": `"default"`,
				"volumes.1.rbd":                  `{"image":"i","keyring":"/etc/ceph/keyring","monitors":["m"],"pool":"rbd","user":"admin"}`,
				"volumes.2.azureDisk":            `{"cachingMode":"ReadWrite","diskName":"d","diskURI":"u","fsType":"ext4","kind":"Shared","readOnly":false}`,
				"volumes.3.scaleIO":              `{"fsType":"xfs","gateway":"g","secretRef":null,"storageMode":"ThinProvisioned","system":"s"}`,
			},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, document := range []string{
				podWith(c.pod),
				cronJobWith("schedule: '@daily', jobTemplate: {spec: {template: {spec: " + c.pod + "}}}"),
			} {
				object := decode(t, document)
				object.Default()
				whole := map[string]string{"Job": "spec.template.spec", "CronJob": "spec.jobTemplate.spec.template.spec"}
				spec, _ := at(plain(t, object), whole[object.Kind()])
				checkPaths(t, spec, c.want)
			}
		})
	}
}

func TestImagesArePulled(t *testing.T) {
	t.Parallel()
	for image, want := range map[string]string{
		"busybox":              "Always",
		"busybox:latest":       "Always",
		"busybox:1.36":         "IfNotPresent",
		"r.io:5000/a/b":        "Always",
		"r.io:5000/a/b:v1":     "IfNotPresent",
		"a@" + digest():        "IfNotPresent",
		"a:latest@" + digest(): "Always",
		"a:1@" + digest():      "IfNotPresent",
		"Not An Image":         "IfNotPresent",
		"":                     "IfNotPresent",
	} {
		object := decode(t, podWith("{containers: [{name: a, image: '"+image+"'}]}"))
		object.Default()
		if got := object.Job.Spec.Template.Spec.Containers[0].ImagePullPolicy; string(got) != want {
			t.Errorf("%q is pulled %s, want %s", image, got, want)
		}
	}
}

func digest() string { return "sha256:" + strings.Repeat("b", 64) }

func TestAJobWithoutLabelsTakesThoseOfItsTemplate(t *testing.T) {
	t.Parallel()
	object := decode(t, "{apiVersion: batch/v1, kind: Job, metadata: {name: nightly}, spec: {template: {metadata: {labels: {app: x}}}}}")
	object.Default()
	object.Prepare("UID")
	want := map[string]string{
		"app": "x", "job-name": "nightly", "batch.kubernetes.io/job-name": "nightly",
		"controller-uid": "UID", "batch.kubernetes.io/controller-uid": "UID",
	}
	if diff := cmp.Diff(want, object.Job.Labels); diff != "" {
		t.Errorf("labels (-want +got):\n%s", diff)
	}
}

func checkPaths(t *testing.T, whole any, want map[string]string) {
	t.Helper()
	for path, text := range want {
		value, ok := at(whole, path)
		got := ""
		if ok {
			data, err := json.Marshal(value)
			if err != nil {
				t.Fatal(err)
			}
			got = string(data)
		}
		if diff := cmp.Diff(text, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", path, diff)
		}
	}
}

// at follows field names and one-digit places in lists.
func at(value any, path string) (any, bool) {
	for part := range strings.SplitSeq(path, ".") {
		switch here := value.(type) {
		case map[string]any:
			next, ok := here[part]
			if !ok {
				return nil, false
			}
			value = next
		case []any:
			value = here[part[0]-'0']
		default:
			return nil, false
		}
	}
	return value, true
}
