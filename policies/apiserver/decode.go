package apiserver

import (
	"errors"
	"fmt"

	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/apimachinery/pkg/runtime"
	kjson "sigs.k8s.io/json"
	"sigs.k8s.io/yaml"
)

// FieldValidation is what a client asks the API server to do about fields that
// do not exist or stand twice: "Strict" refuses, "Warn" warns, "Ignore" drops.
type FieldValidation string

// The three values of the API's fieldValidation parameter. The API server takes
// an empty one for Warn.
const (
	Strict FieldValidation = "Strict"
	Warn   FieldValidation = "Warn"
	Ignore FieldValidation = "Ignore"
)

// DecodeError is a document that the API server answers with 400.
type DecodeError struct {
	// Fields are the paths of unknown and duplicate fields, in the order of the
	// document; empty when a value has the wrong type.
	Fields []string
	// Message is what the API server answers.
	Message string
}

func (e *DecodeError) Error() string { return e.Message }

// ToJSON makes one YAML or JSON document what kubectl sends for it: YAML 1.1
// with its booleans, keys made strings, a key that stands twice taken with its
// last value.
func ToJSON(document []byte) ([]byte, error) {
	return yaml.YAMLToJSON(document)
}

// UniqueToJSON is ToJSON, and whether no key stands twice in one object. It takes no
// longer, unless one does.
func UniqueToJSON(document []byte) (doc []byte, unique bool, err error) {
	if doc, err = yaml.YAMLToJSONStrict(document); err == nil {
		return doc, true, nil
	}
	doc, err = ToJSON(document)
	return doc, false, err
}

// Decode reads a Job or a CronJob of batch/v1 the way the API server reads a
// request. Under Warn the API server's warnings are returned, under Strict they
// are the error. The error is always a *DecodeError.
func Decode(doc []byte, fv FieldValidation) (*Object, []string, error) {
	if err := magnitude(doc); err != nil {
		return nil, nil, err
	}
	return decoded(doc, fv)
}

// decoded is Decode of a document without endless numbers.
func decoded(doc []byte, fv FieldValidation) (*Object, []string, error) {
	o, err := recognise(doc)
	if err != nil {
		return nil, nil, err
	}
	if fv == Ignore {
		if err := kjson.UnmarshalCaseSensitivePreserveInts(doc, o.target()); err != nil {
			return nil, nil, o.refuse(nil, err)
		}
		return o, nil, nil
	}
	strict, err := kjson.UnmarshalStrict(doc, o.target())
	if err != nil {
		return nil, nil, o.refuse(nil, err)
	}
	if len(strict) == 0 {
		return o, nil, nil
	}
	var fields, warnings []string
	for _, problem := range strict {
		warnings = append(warnings, problem.Error())
		if at, ok := errors.AsType[kjson.FieldError](problem); ok {
			fields = append(fields, at.FieldPath())
		}
	}
	if fv == Strict {
		return nil, nil, o.refuse(fields, runtime.NewStrictDecodingError(strict))
	}
	return o, warnings, nil
}

// recognise finds out which of the two kinds the document is.
func recognise(doc []byte) (*Object, error) {
	var head struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
	}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(doc, &head); err != nil {
		return nil, &DecodeError{Message: fmt.Sprintf("couldn't get version/kind; json parse error: %v", err)}
	}
	if !Served(head.APIVersion, head.Kind) {
		return nil, &DecodeError{Message: fmt.Sprintf("no matches for kind %q in version %q: the API server serves Job and CronJob in version %q", head.Kind, head.APIVersion, apiVersion)}
	}
	if head.Kind == "CronJob" {
		return &Object{CronJob: &batchv1.CronJob{}}, nil
	}
	return &Object{Job: &batchv1.Job{}}, nil
}

func (o *Object) target() any {
	if o.CronJob != nil {
		return o.CronJob
	}
	return o.Job
}

func (o *Object) refuse(fields []string, err error) error {
	return &DecodeError{
		Fields:  fields,
		Message: fmt.Sprintf("%s in version %q cannot be handled as a %s: %v", o.Kind(), "v1", o.Kind(), err),
	}
}
