package report

import (
	"bytes"
	"encoding/json"
	"io"
)

const (
	apiVersion = "batchgate.dev/v1alpha1"
	kind       = "CheckResult"
)

// JSON is the report as one JSON object, in the order of the documents.
type JSON struct {
	out   io.Writer
	head  Head
	began bool
}

// NewJSON writes to out.
func NewJSON(out io.Writer, h Head) *JSON { return &JSON{out: out, head: h} }

// begin writes what stands before the first object.
func (j *JSON) begin() error {
	if j.began {
		_, err := io.WriteString(j.out, ",\n")
		return err
	}
	j.began = true
	head, err := encode(struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Version    string `json:"version"`
		Kubernetes string `json:"kubernetes"`
		Policy     Policy `json:"policy"`
	}{apiVersion, kind, j.head.Version, j.head.Kubernetes, j.head.Policy}, "")
	if err != nil {
		return err
	}
	head = bytes.TrimSuffix(head, []byte("\n}"))
	_, err = j.out.Write(append(head, ",\n  \"objects\": [\n"...))
	return err
}

// Object writes one object.
func (j *JSON) Object(o *Object) error {
	if err := j.begin(); err != nil {
		return err
	}
	o.list()
	text, err := encode(o, "    ")
	if err != nil {
		return err
	}
	_, err = j.out.Write(append([]byte("    "), text...))
	return err
}

// list makes lists that are empty and not absent.
func (o *Object) list() {
	if o.NotJudged == nil {
		o.NotJudged = []NotJudged{}
	}
	if o.Changes == nil {
		o.Changes = []Change{}
	}
	if o.Findings == nil {
		o.Findings = []Finding{}
	}
	if o.Child != nil {
		o.Child.list()
	}
}

// Close writes the summary.
func (j *JSON) Close(s Summary) error {
	if !j.began {
		if err := j.begin(); err != nil {
			return err
		}
	}
	summary, err := encode(s, "  ")
	if err != nil {
		return err
	}
	_, err = j.out.Write(append(append([]byte("\n  ],\n  \"summary\": "), summary...), "\n}\n"...))
	return err
}

// encode leaves <, > and & readable, and escapes every other character that
// could do something to a terminal.
func encode(value any, prefix string) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent(prefix, "  ")
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return EscapeJSON(bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))), nil
}
