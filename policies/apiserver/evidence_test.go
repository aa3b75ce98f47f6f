package apiserver_test

import (
	"testing"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/google/go-cmp/cmp"
)

const sent = `{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"n","annotations":{"a":"<b>"},"finalizers":["orphan"]},"spec":{"backoffLimit":6,"ttlSecondsAfterFinished":null,
	"template":{"spec":{"restartPolicy":"Never","nodeSelector":{"x":"y"},"imagePullSecrets":[{}],"containers":[{"name":"main","image":"i","ports":[{"containerPort":80}],
	"resources":{"limits":{"cpu":"1"}},"command":["a"],"env":[{"name":"A","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}}]}]}}}}`

func TestEachClientLeavesItsEvidence(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		client apiserver.Client
		sent   string
		want   map[string]string
	}{
		"a server-side apply leaves the fields that were sent, a null among them": {
			client: apiserver.ServerSideApply,
			sent:   sent,
			want: map[string]string{
				"annotations": `{"a":"\u003cb\u003e"}`,
				"managedFields": `[{"apiVersion":"batch/v1","fieldsType":"FieldsV1","fieldsV1":{` +
					`"f:metadata":{"f:annotations":{"f:a":{}},"f:finalizers":{"v:\"orphan\"":{}}},"f:spec":{"f:backoffLimit":{},"f:template":{"f:spec":{"f:containers":{"k:{\"name\":\"main\"}":{".":{},"f:command":{},` +
					`"f:env":{"k:{\"name\":\"A\"}":{".":{},"f:name":{},"f:valueFrom":{"f:fieldRef":{}}}},"f:image":{},"f:name":{},` +
					`"f:ports":{"k:{\"containerPort\":80,\"protocol\":\"TCP\"}":{".":{},"f:containerPort":{}}},"f:resources":{"f:limits":{"f:cpu":{}}}}},` +
					`"f:imagePullSecrets":{"k:{\"name\":\"\"}":{}},"f:nodeSelector":{},"f:restartPolicy":{}}},"f:ttlSecondsAfterFinished":{}}},"manager":"kubectl","operation":"Apply"}]`,
			},
		},
		"an apply by the client leaves what was sent in an annotation": {
			client: apiserver.Apply,
			sent:   `{"apiVersion":"batch/v1","kind":"Job","spec":{"backoffLimit":6},"metadata":{"name":"n","annotations":{"a":"<b>","kubectl.kubernetes.io/last-applied-configuration":"old"}}}`,
			want: map[string]string{
				"annotations": `{"a":"\u003cb\u003e","kubectl.kubernetes.io/last-applied-configuration":` +
					`"{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":{\"annotations\":{\"a\":\"\\u003cb\\u003e\"},\"name\":\"n\",\"namespace\":\"team\"},\"spec\":{\"backoffLimit\":6}}\n"}`,
				"managedFields.0.manager":   `"kubectl-client-side-apply"`,
				"managedFields.0.operation": `"Update"`,
			},
		},
		"a create leaves the defaults among its fields": {
			client: apiserver.Create,
			sent:   `{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"n"},"spec":{"template":{"spec":{}}}}`,
			want: map[string]string{
				"annotations": "",
				"managedFields": `[{"apiVersion":"batch/v1","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:backoffLimit":{},"f:completionMode":{},"f:completions":{},"f:manualSelector":{},"f:parallelism":{},"f:podReplacementPolicy":{},"f:suspend":{},` +
					`"f:template":{"f:spec":{"f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}}},"manager":"kubectl-create","operation":"Update"}]`,
			},
		},
		"a generated name cannot be applied and is created": {
			client: apiserver.ServerSideApply,
			sent:   `{"apiVersion":"batch/v1","kind":"Job","metadata":{"generateName":"n-"}}`,
			want:   map[string]string{"annotations": "", "managedFields.0.manager": `"kubectl-create"`},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := decode(t, c.sent)
			object.Default()
			object.Admit("team")
			object.LeaveEvidence(c.client, []byte(c.sent))
			checkPaths(t, plain(t, object)["metadata"], c.want)
		})
	}
}

func TestEvidenceOfNoDocumentIsNone(t *testing.T) {
	t.Parallel()
	for _, doc := range []string{"", "[]", "null", "{"} {
		object := decode(t, jobWith("suspend: false"))
		before := plain(t, object)
		object.LeaveEvidence(apiserver.Apply, []byte(doc))
		if diff := cmp.Diff(before, plain(t, object)); diff != "" {
			t.Errorf("%q (-before +after):\n%s", doc, diff)
		}
	}
}

func TestTheAnnotationDoesNotReachTheTemplate(t *testing.T) {
	t.Parallel()
	object := decode(t, jobWith("suspend: false"))
	shared := map[string]string{"a": "b"}
	object.Job.Annotations, object.Job.Spec.Template.Annotations = shared, shared
	object.LeaveEvidence(apiserver.Apply, []byte(`{}`))
	if diff := cmp.Diff(map[string]string{"a": "b"}, object.Job.Spec.Template.Annotations); diff != "" {
		t.Errorf("annotations of the template (-want +got):\n%s", diff)
	}
}
