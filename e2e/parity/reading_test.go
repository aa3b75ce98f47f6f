package parity

import (
	"bytes"
	"errors"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/cli-runtime/pkg/resource"
)

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
	if object.GetNamespace() == "" {
		object.SetNamespace(namespace)
	}
	return object, nil
}
