package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

func TestTheDiffShowsWhatThePatchAdds(t *testing.T) {
	const manifest = `
spec:
  template:
    spec:
      containers:
        - name: main
          resources: {requests: {cpu: "2"}}
  backoffLimit: 6
`
	for name, test := range map[string]struct {
		patch string
		want  []string // the lines that differ
	}{
		"nothing": {patch: `[]`},
		"a new field": {
			patch: `[{"op":"add","path":"/spec/ttlSecondsAfterFinished","value":86400}]`,
			want:  []string{"+  ttlSecondsAfterFinished: 86400"},
		},
		"another value": {
			patch: `[{"op":"test","path":"/spec/backoffLimit","value":6},{"op":"replace","path":"/spec/backoffLimit","value":4}]`,
			want:  []string{"-  backoffLimit: 6", "+  backoffLimit: 4"},
		},
		"a field whose parents the manifest leaves to Kubernetes": {
			patch: `[{"op":"add","path":"/metadata/labels/example.com~1team","value":"blue"}]`,
			want:  []string{"+metadata:", "+  labels:", "+    example.com/team: blue"},
		},
		"an object beside what was written": {
			patch: `[{"op":"add","path":"/spec/template/spec/containers/0/resources","value":{"requests":{"cpu":"2","memory":"1Gi"}}}]`,
			want: []string{
				`-          resources: {requests: {cpu: "2"}}`,
				`+          resources: {requests: {cpu: "2", memory: 1Gi}}`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var operations []controlplane.PatchOperation
			if err := json.Unmarshal([]byte(test.patch), &operations); err != nil {
				t.Fatal(err)
			}
			before, after, err := completed([]byte(manifest), operations)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, line := range compare(before, after) {
				if line.mark != ' ' {
					got = append(got, string(line.mark)+line.text)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-expected +got)\n%s", diff)
			}
		})
	}
}

func TestAPatchThatDoesNotFitTheManifestIsAnError(t *testing.T) {
	operations := []controlplane.PatchOperation{{Op: "add", Path: "/spec/0", Value: json.RawMessage("1")}}
	if _, _, err := completed([]byte("spec: [a, b]\n"), operations); err != nil {
		t.Errorf("index 0 of two: %v", err)
	}
	operations[0].Path = "/spec/7"
	if _, _, err := completed([]byte("spec: [a, b]\n"), operations); err == nil || !strings.Contains(err.Error(), "/spec/7") {
		t.Errorf("index 7 of two: %v, expected an error that names the path", err)
	}
}

func TestStepsAreToldInLinesThatFit(t *testing.T) {
	for _, step := range steps() {
		for _, line := range wrap(step.story, width) {
			if len(line) > width {
				t.Errorf("%q is longer than %d", line, width)
			}
		}
	}
}
