package apiserver

import (
	"bytes"
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kjson "sigs.k8s.io/json"
)

// Client is how a document is sent, and with that the evidence of its author's
// intent that reaches a webhook.
type Client string

// The clients. "apply" leaves the document in an annotation, "ssa" a list of
// the applied fields, "create" nothing that tells a sent default from a filled
// one.
const (
	Apply           Client = "apply"
	ServerSideApply Client = "ssa"
	Create          Client = "create"
)

// LeaveEvidence adds to a defaulted, admitted object what the client leaves in
// it when it sends doc, the JSON of the document: the annotation
// kubectl.kubernetes.io/last-applied-configuration and an entry in managedFields
// (without a time). A document with generateName cannot be applied and counts as
// created. A doc that is not a JSON object leaves nothing.
func (o *Object) LeaveEvidence(c Client, doc []byte) {
	sent, err := tree(doc)
	if err != nil || sent == nil {
		return
	}
	m := o.meta()
	if m.Name == "" && m.GenerateName != "" {
		c = Create
	}
	entry := metav1.ManagedFieldsEntry{
		Manager:    "kubectl-create",
		Operation:  metav1.ManagedFieldsOperationUpdate,
		APIVersion: apiVersion,
		FieldsType: "FieldsV1",
	}
	switch c {
	case ServerSideApply:
		entry.Manager, entry.Operation = "kubectl", metav1.ManagedFieldsOperationApply
	case Apply:
		entry.Manager = "kubectl-client-side-apply"
		m.Annotations = withLastApplied(m.Annotations, lastApplied(sent, m.Namespace))
	}
	m.ManagedFields = nil
	if c != ServerSideApply {
		if sent, err = flat(o.typed()); err != nil {
			return
		}
	}
	fields, err := json.Marshal(fieldSet{created: c != ServerSideApply}.object(sent))
	if err != nil {
		return
	}
	entry.FieldsV1 = metav1.NewFieldsV1(string(fields))
	m.ManagedFields = []metav1.ManagedFieldsEntry{entry}
}

// withLastApplied leaves the given map alone: a template may share it.
func withLastApplied(annotations map[string]string, value string) map[string]string {
	out := map[string]string{corev1.LastAppliedConfigAnnotation: value}
	for key, text := range annotations {
		if key != corev1.LastAppliedConfigAnnotation {
			out[key] = text
		}
	}
	return out
}

// lastApplied is what kubectl apply writes: the document with its namespace and
// with annotations (even when there are none) but without the annotation itself,
// keys sorted, a newline at the end.
func lastApplied(sent map[string]any, namespace string) string {
	out := shallow(sent)
	meta, _ := sent["metadata"].(map[string]any)
	meta = shallow(meta)
	annotations, _ := meta["annotations"].(map[string]any)
	annotations = shallow(annotations)
	delete(annotations, corev1.LastAppliedConfigAnnotation)
	meta["annotations"] = annotations
	if name, _ := meta["namespace"].(string); name == "" && namespace != "" {
		meta["namespace"] = namespace
	}
	out["metadata"] = meta
	var buffer bytes.Buffer
	if err := json.NewEncoder(&buffer).Encode(out); err != nil {
		return ""
	}
	return buffer.String()
}

func shallow(in map[string]any) map[string]any {
	out := make(map[string]any, len(in)+1)
	for key, value := range in {
		out[key] = value
	}
	return out
}

// tree is the document as plain maps and lists, integers kept whole.
func tree(doc []byte) (map[string]any, error) {
	out := map[string]any{}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(doc, &out); err != nil {
		return nil, err
	}
	return out, nil
}

// flat is what a typed value looks like as plain maps and lists.
func flat(value any) (map[string]any, error) {
	return runtime.DefaultUnstructuredConverter.ToUnstructured(value)
}
