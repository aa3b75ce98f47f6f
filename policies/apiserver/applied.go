package apiserver

import (
	"encoding/json"
	"errors"

	"k8s.io/apimachinery/pkg/runtime"
)

// Applied reads a document as the API server does for a server-side apply. That
// knows each field or refuses, whatever it is asked to do about unknown ones. It
// reads every number as a float, so that one which is too large for its field
// becomes another and is not refused. The error is always a *DecodeError.
func Applied(doc []byte) (*Object, error) {
	o, _, err := Decode(doc, Strict)
	var refusal *DecodeError
	if errors.As(err, &refusal) && len(refusal.Fields) == 0 {
		o, err = converted(doc, refusal)
	}
	if err != nil {
		return nil, err
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
