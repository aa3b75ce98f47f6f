package manifest

import (
	"errors"
	"strings"
	"testing"
)

func TestALineThatManyChangesWouldCopyIsLeftAlone(t *testing.T) {
	t.Parallel()
	job := `{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"a"},"spec":{}}`
	for name, test := range map[string]struct {
		jobs   int
		refuse bool
	}{"a hundred Jobs in one line": {100, false}, "a thousand": {1000, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := `{"apiVersion":"v1","kind":"List","items":[` + strings.TrimSuffix(strings.Repeat(job+",", test.jobs), ",") + `]}`
			n := 0
			for d, err := range (Reader{In: strings.NewReader(text)}).All(t.Context(), []string{Stdin}) {
				if err != nil {
					t.Fatal(err)
				}
				n++
				_, _, err = d.Set([]Set{{Field: "spec.backoffLimit", Value: []byte("4")}})
				var unsafe *UnsafeError
				if errors.As(err, &unsafe) != test.refuse || test.refuse && !strings.Contains(unsafe.Reason, "a line of more than 64 KiB") {
					t.Fatalf("Job %d: %v", n, err)
				}
			}
			if n != test.jobs {
				t.Errorf("%d Jobs, expected %d", n, test.jobs)
			}
		})
	}
}
