package webhook

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	admissionv1 "k8s.io/api/admission/v1"
)

// FuzzReview sends bytes to both paths: never a panic, and every 200 is a
// decision about the review's own uid. The envelope that the scanner reads is
// the one that a full parser reads.
func FuzzReview(f *testing.F) {
	files, err := filepath.Glob(filepath.Join("testdata", "reviews", "*.json"))
	if err != nil || len(files) == 0 {
		f.Fatal("no recorded reviews", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
		compact := jsontext.Value(text)
		if err := compact.Compact(); err != nil {
			f.Fatal(err)
		}
		f.Add([]byte(compact))
	}
	for _, text := range []string{"", "{", "null", `{"request":null}`, `{"request":{"uid":"\ud800","object":{"a":"\\"}}}`, `{"request":{"object":[1,2,{}]}}`, `{"a":[[[[`, `{"kind":"AdmissionReview","apiVersion":"admission.k8s.io\/v1","request":{"\u0075id":"x"}}`} {
		f.Add([]byte(text))
	}
	metrics := NewMetrics()
	h := NewHandler(Options{Judge: &silentJudge{}, Metrics: metrics})
	f.Fuzz(func(t *testing.T, text []byte) {
		for _, path := range []string{"/mutate", "/validate"} {
			w := call(h, path, text)
			if w.Code == http.StatusInternalServerError {
				t.Fatalf("%s: %s", path, w.Body)
			}
			if w.Code == http.StatusOK && response(t, w).UID == "" {
				t.Fatal("a decision without a uid")
			}
		}
		agree(t, text)
	})
}

// agree compares the scanner with encoding/json where the text is valid and
// has no duplicate keys.
func agree(t *testing.T, text []byte) {
	if !jsontext.Value(text).IsValid() {
		return
	}
	var want admissionv1.AdmissionReview
	if err := json.Unmarshal(text, &want); err != nil {
		return
	}
	rv, err := readReview(text)
	if err != nil {
		return // stricter than the types: that is a call failure, never a verdict
	}
	if r := want.Request; r == nil || string(r.UID) != rv.uid || r.Namespace != rv.namespace || string(r.Operation) != rv.operation || r.UserInfo.Username != rv.user || r.Kind.Kind != rv.objectKind || r.SubResource != rv.sub {
		if caseFolded(text) {
			return
		}
		t.Fatalf("scanner read %+v, encoding/json %+v", rv, r)
	}
}

// caseFolded tells whether encoding/json may have matched a key whose case
// differs, which the scanner and kube-apiserver do not.
func caseFolded(text []byte) bool {
	var top map[string]json.RawMessage
	var request map[string]json.RawMessage
	_ = json.Unmarshal(text, &top)
	_ = json.Unmarshal(top["request"], &request)
	known := map[string]bool{"kind": true, "apiVersion": true, "request": true, "response": true}
	for key := range top {
		if !known[key] {
			return true
		}
	}
	known = map[string]bool{"uid": true, "kind": true, "resource": true, "subResource": true, "requestKind": true, "requestResource": true, "requestSubResource": true, "name": true, "namespace": true, "operation": true, "userInfo": true, "object": true, "oldObject": true, "dryRun": true, "options": true}
	for key := range request {
		if !known[key] {
			return true
		}
	}
	for _, inner := range []string{"userInfo", "kind", "resource"} {
		var members map[string]json.RawMessage
		_ = json.Unmarshal(request[inner], &members)
		for key := range members {
			switch key {
			case "username", "groups", "uid", "extra", "group", "version", "kind", "resource":
			default:
				return true
			}
		}
	}
	return false
}
