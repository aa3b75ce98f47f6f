package parity

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/cli-runtime/pkg/resource"

	"github.com/batchgate/batchgate/policies/apiserver"
)

// document is the JSON of a case that is judged offline: that of the object
// which kubectl reads, or that of a document which kubectl itself refuses.
func document(cs Case) ([]byte, error) {
	object, err := read(cs.Manifest, cs.Namespace)
	if err == nil {
		return json.Marshal(object)
	}
	documents := yaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(cs.Manifest)))
	for {
		text, err := documents.Read()
		if err != nil {
			return nil, err
		}
		doc, err := apiserver.ToJSON(text)
		if err != nil || string(doc) != "null" {
			return doc, err
		}
	}
}

// read is what kubectl makes of a manifest before it sends anything, with
// kubectl's own code.
func read(manifest []byte, namespace string) (*unstructured.Unstructured, error) {
	infos, err := resource.NewLocalBuilder().Unstructured().
		Stream(bytes.NewReader(manifest), "manifest").Flatten().Do().Infos()
	if err != nil {
		return nil, err
	}
	if len(infos) != 1 {
		return nil, errors.New("not one document")
	}
	object, ok := infos[0].Object.(*unstructured.Unstructured)
	if !ok {
		return nil, errors.New("not an object")
	}
	if !apiserver.Served(object.GetAPIVersion(), object.GetKind()) {
		return nil, fmt.Errorf("no matches for kind %q in version %q", object.GetKind(), object.GetAPIVersion())
	}
	if object.GetNamespace() == "" {
		object.SetNamespace(namespace)
	}
	return object, nil
}
