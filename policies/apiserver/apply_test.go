package apiserver_test

import (
	"errors"
	"testing"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/google/go-cmp/cmp"
)

func TestWhatCannotBeAppliedOnTheServer(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		document string
		want     []string
		message  string
	}{
		"an ordinary Job can": {
			document: podWith("{restartPolicy: Never, containers: [{name: a, image: i, args: [x, x], ports: [{containerPort: 1}, {containerPort: 1, protocol: UDP}]}], imagePullSecrets: [{}]}"),
		},
		"a container that stands twice": {
			document: podWith("{containers: [{name: a}, {name: b}, {name: a}]}"),
			want:     []string{"spec.template.spec.containers[2]"},
			message:  `failed to create typed patch object: .spec.template.spec.containers[2]: duplicate entries for key {"name":"a"}`,
		},
		"an item without its key can": {
			document: cronJobWith("jobTemplate: {spec: {template: {spec: {volumes: [{emptyDir: {}}, {name: null}], containers: [{ports: [{protocol: UDP}]}]}}}}"),
		},
		"two items without their key": {
			document: cronJobWith("jobTemplate: {spec: {template: {spec: {volumes: [{emptyDir: {}}, {name: a}, {name: ''}]}}}}"),
			want:     []string{"spec.jobTemplate.spec.template.spec.volumes[2]"},
			message:  `failed to create typed patch object: .spec.jobTemplate.spec.template.spec.volumes[2]: duplicate entries for key {"name":""}`,
		},
		"an item that is null": {
			document: podWith("{volumes: [null]}"),
			want:     []string{"spec.template.spec.volumes[0]"},
			message:  "failed to create typed patch object: .spec.template.spec.volumes[0]: associative list with keys may not have a null element",
		},
		"a port that stands twice once its protocol is filled in": {
			document: podWith("{initContainers: [{name: a, ports: [{containerPort: 1}, {containerPort: 1, protocol: TCP}]}]}"),
			want:     []string{"spec.template.spec.initContainers[0].ports[1]"},
			message:  `failed to create typed patch object: .spec.template.spec.initContainers[0].ports[1]: duplicate entries for key {"containerPort":1,"protocol":"TCP"}`,
		},
		"two secrets without a name": {
			document: podWith("{imagePullSecrets: [{}, {name: ''}]}"),
			want:     []string{"spec.template.spec.imagePullSecrets[1]"},
			message:  `failed to create typed patch object: .spec.template.spec.imagePullSecrets[1]: duplicate entries for key {"name":""}`,
		},
		"a finalizer that stands twice": {
			document: "{apiVersion: batch/v1, kind: Job, metadata: {finalizers: [orphan, orphan]}}",
			want:     []string{"metadata.finalizers[1]"},
			message:  `failed to create typed patch object: .metadata.finalizers[1]: duplicate entries for key "orphan"`,
		},
		"an exit code that stands twice, in a list without keys": {
			document: jobWith("podFailurePolicy: {rules: [{action: Count, onExitCodes: {operator: In, values: [1, 1]}}]}"),
			want:     []string{"spec.podFailurePolicy.rules[0].onExitCodes.values[1]"},
			message:  "failed to create typed patch object: .spec.podFailurePolicy.rules[0].onExitCodes.values[1]: duplicate entries for key 1",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc, err := apiserver.ToJSON([]byte(c.document))
			if err != nil {
				t.Fatal(err)
			}
			err = apiserver.Applicable(doc)
			if err == nil {
				if c.want != nil {
					t.Errorf("can be applied, want %s", c.message)
				}
				return
			}
			refusal, ok := errors.AsType[*apiserver.DecodeError](err)
			if !ok {
				t.Fatalf("the error is a %T", err)
			}
			if diff := cmp.Diff(c.message, refusal.Message); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(c.want, refusal.Fields); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
	if err := apiserver.Applicable([]byte("[]")); err == nil {
		t.Error("a list can be applied")
	}
}
