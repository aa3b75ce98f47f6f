package rendered

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"

	certmanagerv1 "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	monitoringv1 "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
)

// Objects decodes a stream into typed objects. A field that the type does not have, or one twice, fails the test.
func Objects(t testing.TB, text string) []client.Object {
	t.Helper()
	known := runtime.NewScheme()
	if err := errors.Join(scheme.AddToScheme(known), certmanagerv1.AddToScheme(known), monitoringv1.AddToScheme(known)); err != nil {
		t.Fatal(err)
	}
	decoder := json.NewSerializerWithOptions(json.DefaultMetaFactory, known, known, json.SerializerOptions{Yaml: true, Strict: true})
	var objects []client.Object
	for _, document := range documentsOf(t, text) {
		decoded, err := runtime.Decode(decoder, []byte(document))
		if err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		objects = append(objects, decoded.(client.Object))
	}
	return objects
}

// documentsOf are the documents of a stream that have something in them.
func documentsOf(t testing.TB, text string) (documents []string) {
	t.Helper()
	reader := utilyaml.NewYAMLReader(bufio.NewReader(strings.NewReader(text)))
	for {
		document, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return documents
		}
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(document), "kind:") {
			documents = append(documents, string(document))
		}
	}
}

// NameOf is the kind, namespace and name of an object.
func NameOf(object client.Object) string {
	return fmt.Sprintf("%s %s/%s", object.GetObjectKind().GroupVersionKind().Kind, object.GetNamespace(), object.GetName())
}
