package parity

import (
	"cmp"

	"github.com/batchgate/batchgate/policies/apiserver"
)

// regressions are manifests about which the two sides once differed.
func regressions() []Case {
	const (
		template = "template: {spec: {restartPolicy: Never, containers: [{name: main, image: 'busybox:1.37'}]}}"
		nameless = "template: {spec: {restartPolicy: Never, containers: [{image: 'busybox:1.37'}]}}"
	)
	cases := []Case{
		{
			Name:     "the record that an author sent is replaced, which the gate would do again when asked again",
			Client:   apiserver.Create,
			Manifest: job("name: record, annotations: {batchgate.dev/filled: '{\"spec.backoffLimit\":99}'}", template),
		},
		{
			Name:      "the API server does not ask about an excluded namespace",
			Namespace: "kube-public",
			Manifest:  job("name: excluded", "backoffLimit: 50, "+template),
		},
		{
			Name:      "an exception by generateName holds once the name is drawn",
			Policy:    "mixed",
			Namespace: "team-a",
			Manifest:  job("generateName: generated-", template),
		},
		{
			Name:     "a null is a key for a server-side apply",
			Client:   apiserver.ServerSideApply,
			Manifest: job("name: key-null", "template: {spec: {restartPolicy: Never, containers: [{name: null, image: 'busybox:1.37'}]}}"),
		},
		{
			Name:     "a key that is missing has a default for a server-side apply",
			Client:   apiserver.ServerSideApply,
			Manifest: job("name: key-missing", nameless),
		},
		{
			Name:     "a number that is too large wraps around in a server-side apply",
			Client:   apiserver.ServerSideApply,
			Manifest: job("name: wraps", "ttlSecondsAfterFinished: 2147483648, "+template),
		},
		{
			Name:     "a number that is much too large comes out small in a server-side apply",
			Client:   apiserver.ServerSideApply,
			Manifest: job("name: wraps-twice", "backoffLimit: 4294967297, "+template),
		},
		{
			Name:     "kubectl apply does not send an unknown field that is null",
			Manifest: job("name: null-unknown", "backofLimit: null, "+template),
		},
		{
			Name:     "kubectl create sends an unknown field that is null",
			Client:   apiserver.Create,
			Manifest: job("name: null-created", "backofLimit: null, "+template),
		},
		{
			Name:   "a success policy without completions, at which the API server panics",
			Client: apiserver.Create,
			Manifest: []byte("{apiVersion: batch/v1, kind: CronJob, metadata: {name: panics}, spec: {schedule: '0 3 * * *', jobTemplate: {spec: {" +
				"completionMode: Indexed, successPolicy: {rules: [{succeededCount: 1}]}, " + template + "}}}}"),
		},
		{
			Name:     "a server-side apply refuses a uid",
			Client:   apiserver.ServerSideApply,
			Manifest: job("name: uid, uid: 7f3f6d0e-0000-4000-8000-000000000002", template),
		},
		{
			Name:     "a server-side apply refuses managedFields",
			Client:   apiserver.ServerSideApply,
			Manifest: job("name: managed-fields, managedFields: [{manager: kubectl}]", template),
		},
		{
			Name:     "an empty list comes back as null",
			Manifest: job("name: empty-list", "podFailurePolicy: {rules: []}, "+template),
		},
	}
	for i := range cases {
		cs := &cases[i]
		cs.User = admin
		cs.Policy = cmp.Or(cs.Policy, "recommended")
		cs.Client = cmp.Or(cs.Client, apiserver.Apply)
		cs.Fields = cmp.Or(cs.Fields, apiserver.Strict)
		cs.Namespace = cmp.Or(cs.Namespace, "default")
	}
	return cases
}

func job(metadata, spec string) []byte {
	return []byte("{apiVersion: batch/v1, kind: Job, metadata: {" + metadata + "}, spec: {" + spec + "}}")
}
