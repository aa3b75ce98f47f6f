package apiserver_test

import "testing"

func TestMetadataIsJudged(t *testing.T) {
	t.Parallel()
	job := func(part string) string {
		return "{apiVersion: batch/v1, kind: Job, " + part + "}"
	}
	const template = "spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: i}]}}}"
	checkJudgements(t, job, map[string]judgement{
		"a finalizer has a prefix or is one of three": {
			part: "metadata: {name: a, finalizers: [orphan, kubernetes, acme.io/x, x]}, " + template,
			want: []string{"metadata.finalizers[3]: Invalid value: name is neither a standard finalizer name nor is it fully qualified"},
		},
		"a name is there": {
			part: "metadata: {}, " + template,
			want: []string{"metadata.name: Required value: name or generateName is required"},
		},
		"a generated name is judged as it may become": {
			part: "metadata: {generateName: A-}, " + template,
			want: []string{"metadata.name: Invalid value: " + subdomainRule},
		},
		"a generated name makes host names": {
			part: "metadata: {generateName: a-}, spec: {completionMode: Indexed, completions: 100000, template: {spec: {restartPolicy: Never, containers: [{name: main, image: i}]}}}",
		},
		"labels of a Job that others would take for theirs": {
			part: "metadata: {name: a}, spec: {selector: {matchLabels: {batch.kubernetes.io/controller-uid: other}}, template: {metadata: {labels: {job-name: b, controller-uid: c}}, spec: {restartPolicy: Never, containers: [{name: main, image: i}]}}}",
			want: []string{
				"spec.template.metadata.labels[controller-uid]: Invalid value: must be 'UID'",
				"spec.template.metadata.labels[job-name]: Invalid value: must be 'a'",
				"spec.selector: Invalid value: `selector` not auto-generated",
				"spec.template.metadata.labels: Invalid value: `selector` does not match template `labels`",
			},
		},
		"annotations of a template that have a form": {
			part: "metadata: {name: a}, spec: {template: {metadata: {annotations: {controller.kubernetes.io/pod-deletion-cost: '01', kubernetes.io/config.mirror: x}}, spec: {restartPolicy: Never, containers: [{name: main, image: i}]}}}",
			want: []string{
				"spec.template.annotations[kubernetes.io/config.mirror]: Invalid value: must set spec.nodeName if mirror pod annotation is set",
				"spec.template.annotations[controller.kubernetes.io/pod-deletion-cost]: Invalid value: must be a 32bit integer",
			},
		},
		"a cost of deletion may be negative": {
			part: "metadata: {name: a}, spec: {template: {metadata: {annotations: {controller.kubernetes.io/pod-deletion-cost: '-01'}}, spec: {restartPolicy: Never, containers: [{name: main, image: i}]}}}",
		},
		"a template has no ephemeral containers": {
			part: "metadata: {name: a}, spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: i}], ephemeralContainers: [{name: e, image: i}]}}}",
			want: []string{"spec.template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template"},
		},
	})
}

const subdomainRule = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
