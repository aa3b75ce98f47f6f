package batch_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/batch"
)

// documents are Jobs of the sizes that matter.
func documents(tb testing.TB) map[string][]byte {
	tb.Helper()
	docs := map[string][]byte{}
	for size, name := range map[string]string{"minimal": "01-job-minimal-kubectl-create", "compliant": "02-job-all-fields"} {
		data, err := os.ReadFile("testdata/" + name + ".json")
		if err != nil {
			tb.Fatal(err)
		}
		var r review
		if err := json.Unmarshal(data, &r); err != nil {
			tb.Fatal(err)
		}
		compact, err := json.Marshal(r.Request.Object)
		if err != nil {
			tb.Fatal(err)
		}
		docs[size] = compact
	}
	var fields strings.Builder
	for i := range 800 {
		fmt.Fprintf(&fields, `,"k:{\"name\":\"VARIABLE_%d\"}":{".":{},"f:name":{}}`, i)
	}
	large := `{"metadata":{"name":"large","managedFields":[{"operation":"Update","fieldsV1":{"f:spec":{".":{}` + fields.String() + `}}}]},` +
		strings.TrimPrefix(string(docs["minimal"]), "{")
	large = strings.Replace(large, `"metadata":{"managedFields"`, `"status":{"managedFields"`, 1)
	large = strings.Replace(large, `"status":{},`, ``, 1)
	docs["48KB"] = []byte(strings.Replace(large, `"status":{}}`, `"x":{}}`, 1))
	return docs
}

// rulesRead is what the bundled rules read, nearly.
func rulesRead() *batch.Keep {
	var paths [][]string
	for _, s := range []string{
		"job/spec/ttlSecondsAfterFinished", "job/spec/backoffLimit", "job/spec/activeDeadlineSeconds", "pod/spec/restartPolicy",
		"pod/quantities", "containers/*/name", "containers/*/role", "containers/*/quantities", "containers/*/reference",
		"containers/*/resources", "containers/*/image", "containers/*/resizePolicy", "cronjob",
	} {
		paths = append(paths, path(s))
	}
	return batch.NewKeep(paths)
}

func BenchmarkParse(b *testing.B) {
	docs, keep := documents(b), rulesRead()
	for _, size := range []string{"minimal", "compliant", "48KB"} {
		b.Run(size, func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(docs[size])))
			for b.Loop() {
				if _, err := batch.Parse(batch.Job, docs[size], keep); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run(size+"/views", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				o, err := batch.Parse(batch.Job, docs[size], keep)
				if err != nil {
					b.Fatal(err)
				}
				o.Views()
			}
		})
	}
}

func BenchmarkIntent(b *testing.B) {
	for size, doc := range documents(b) {
		o, err := batch.Parse(batch.Job, doc, rulesRead())
		if err != nil {
			b.Fatal(err)
		}
		b.Run(size, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				o.Intent([]string{"job", "spec", "backoffLimit"}, nil)
			}
		})
	}
}
