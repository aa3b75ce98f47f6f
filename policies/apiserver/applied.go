package apiserver

import (
	"encoding/json"
	"errors"
	"fmt"

	"k8s.io/apimachinery/pkg/runtime"
)

// Applied reads a document as the API server does for a server-side apply. That
// knows each field or refuses, whatever it is asked to do about unknown ones. It
// reads every number as a float, so that one which is too large for its field
// becomes another and is not refused. It refuses what an object of a cluster says
// about itself. The error is always a *DecodeError.
func Applied(doc []byte) (*Object, error) {
	if managed(doc) {
		return nil, &DecodeError{Fields: []string{"metadata.managedFields"}, Message: "metadata.managedFields must be nil"}
	}
	if err := magnitude(doc); err != nil {
		return nil, err
	}
	o, _, err := decoded(doc, Strict)
	var refusal *DecodeError
	if errors.As(err, &refusal) && len(refusal.Fields) == 0 {
		o, err = converted(doc, refusal)
	}
	if err != nil {
		return nil, err
	}
	if err := Applicable(doc); err != nil {
		return nil, err
	}
	if uid := o.meta().UID; uid != "" {
		return nil, &DecodeError{
			Fields:  []string{"metadata.uid"},
			Message: fmt.Sprintf("uid mismatch: the provided object specified uid %s, and no existing object was found", uid),
		}
	}
	return o, nil
}

// managed tells whether a document says who applied what, which is looked at
// before anything else.
func managed(doc []byte) bool {
	var head struct {
		Metadata struct{ ManagedFields []json.RawMessage } `json:"metadata"`
	}
	return json.Unmarshal(doc, &head) == nil && len(head.Metadata.ManagedFields) > 0
}

// converted reads what JSON's own rules refuse.
func converted(doc []byte, refusal *DecodeError) (*Object, error) {
	o, err := recognise(doc)
	if err != nil {
		return nil, err
	}
	sent := map[string]any{}
	if json.Unmarshal(doc, &sent) != nil {
		return nil, refusal
	}
	if runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(sent, o.target(), true) != nil {
		return nil, refusal
	}
	return o, nil
}
