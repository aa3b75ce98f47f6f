package webhook

import (
	"encoding/base64"
	"net/http"
	"sort"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/batchgate/batchgate/policies/engine"
)

// answer is what the API server gets for one request: a decision when uid is
// set, else status and text, which it treats as a call failure.
type answer struct {
	status  int    // of HTTP; anything but 200 is a call failure
	text    string // of a call failure
	outcome string // for metrics: allowed, filled, denied, skipped, malformed, …

	uid      string
	allowed  bool
	message  string // of a denial
	causes   []engine.Cause
	patch    []engine.PatchOp
	warnings []string
	audit    map[string]string

	encoded []byte // of a decision, by encode
}

func failed(status int, outcome, text string) answer {
	return answer{status: status, outcome: outcome, text: text}
}

func allowed(uid, outcome string) answer {
	return answer{status: http.StatusOK, uid: uid, allowed: true, outcome: outcome}
}

func denied(uid, message string) answer {
	return answer{status: http.StatusOK, uid: uid, outcome: "denied", message: message}
}

func (a answer) write(w http.ResponseWriter) {
	if a.status != http.StatusOK {
		http.Error(w, a.text, a.status)
		return
	}
	w.Header()["Content-Type"] = jsonContent
	_, _ = w.Write(a.encoded)
}

func (a answer) encode() answer {
	if a.status == http.StatusOK {
		a.encoded = a.append(make([]byte, 0, 1024))
	}
	return a
}

var jsonContent = []string{"application/json"} //nolint:gochecknoglobals // a constant; a slice for each answer would be garbage

// append writes the AdmissionReview of a decision. By hand: the shape is
// fixed, and reflection has no place in the path of every Job.
func (a answer) append(b []byte) []byte {
	b = append(b, `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":`...)
	b = quote(b, a.uid)
	if a.allowed {
		b = append(b, `,"allowed":true`...)
	} else {
		b = append(b, `,"allowed":false,"status":{"status":"Failure","code":403,"reason":"Forbidden","message":`...)
		b = quote(b, a.message)
		if len(a.causes) > 0 {
			b = append(b, `,"details":{"causes":[`...)
			for i, c := range a.causes {
				b = comma(b, i)
				b = quote(append(b, `{"reason":`...), c.Type)
				b = quote(append(b, `,"message":`...), c.Message)
				b = quote(append(b, `,"field":`...), c.Field)
				b = append(b, '}')
			}
			b = append(b, `]}`...)
		}
		b = append(b, '}')
	}
	if len(a.patch) > 0 {
		b = append(b, `,"patchType":"JSONPatch","patch":"`...)
		b = base64.StdEncoding.AppendEncode(b, appendPatch(nil, a.patch))
		b = append(b, '"')
	}
	if len(a.warnings) > 0 {
		b = append(b, `,"warnings":[`...)
		for i, w := range a.warnings {
			b = quote(comma(b, i), w)
		}
		b = append(b, ']')
	}
	if len(a.audit) > 0 {
		b = append(b, `,"auditAnnotations":{`...)
		keys := make([]string, 0, len(a.audit))
		for key := range a.audit {
			keys = append(keys, key)
		}
		sort.Strings(keys)
		for i, key := range keys {
			b = quote(comma(b, i), key)
			b = quote(append(b, ':'), a.audit[key])
		}
		b = append(b, '}')
	}
	return append(b, "}}\n"...)
}

func appendPatch(b []byte, patch []engine.PatchOp) []byte {
	b = append(b, '[')
	for i, op := range patch {
		b = quote(append(comma(b, i), `{"op":`...), op.Op)
		b = quote(append(b, `,"path":`...), op.Path)
		if op.Value != nil {
			b = append(append(b, `,"value":`...), op.Value...)
		}
		b = append(b, '}')
	}
	return append(b, ']')
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		b = append(b, ',')
	}
	return b
}

// quote appends s as a JSON string. Invalid UTF-8 is replaced, which is the
// only error that AppendQuote knows.
func quote(b []byte, s string) []byte {
	b, _ = jsontext.AppendQuote(b, s)
	return b
}
