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
	o, _, err := Decode(doc, Strict)
	var refusal *DecodeError
	if errors.As(err, &refusal) && len(refusal.Fields) == 0 {
		o, err = converted(doc, refusal)
	}
	if err != nil {
		return nil, err
	}
	switch m := o.meta(); {
	case len(m.ManagedFields) > 0:
		return nil, &DecodeError{Fields: []string{"metadata.managedFields"}, Message: "metadata.managedFields must be nil"}
	case m.UID != "":
		return nil, &DecodeError{
			Fields:  []string{"metadata.uid"},
			Message: fmt.Sprintf("uid mismatch: the provided object specified uid %s, and no existing object was found", m.UID),
		}
	}
	return o, Applicable(doc)
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
