package manifest

import (
	"bytes"
	"strings"
	"testing"
)

func TestAJobBehindACommentThatOnlyYAMLEndsIsRead(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]string{
		"a carriage return alone": "\r", "a next line": "\u0085", "a line separator": "\u2028", "a paragraph separator": "\u2029",
	} {
		for where, before := range map[string]string{"first": "", "second": "a: 1\nkind: A\napiVersion: v1\n---\n"} {
			t.Run(name+", "+where, func(t *testing.T) {
				t.Parallel()
				text := before + strings.ReplaceAll("# nightly|apiVersion: batch/v1|kind: Job|metadata: {name: bad}|", "|", end)
				found := false
				for d, err := range (Reader{In: bytes.NewReader([]byte(text))}).All(t.Context(), []string{Stdin}) {
					if err != nil {
						t.Fatal(err)
					}
					found = found || d.Kind == "Job" && d.Name == "bad"
				}
				if !found {
					t.Errorf("%q: the Job is passed over", text)
				}
			})
		}
	}
}
