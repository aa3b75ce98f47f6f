package differential

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"k8s.io/apimachinery/pkg/util/validation/field"
)

// answer is what one side makes of a document. One that decoding refuses has
// nothing but the refusal.
type answer struct {
	Refusal             string
	Ignored             []string // what decoding warns of
	Defaulted, Prepared any
	Errors, Warnings    []string
	Unwarned            bool // no warnings could be had
}

// said is type, field and words of each error; the values in them are the API
// server's own types.
func said(errs field.ErrorList) []string {
	var out []string
	for _, err := range errs {
		out = append(out, fmt.Sprintf("%s: %s: %s", err.Field, err.Type, err.Detail))
	}
	return sorted(out)
}

func sorted(list []string) []string {
	list = slices.Clone(list)
	slices.Sort(list)
	return slices.Compact(list)
}

// plain is an object as its JSON has it; the port writes its type into that.
func plain(t *testing.T, object any) any {
	t.Helper()
	data, err := json.Marshal(object)
	if own, ok := object.(interface{ JSON() ([]byte, error) }); ok {
		data, err = own.JSON()
	}
	if err != nil {
		t.Fatal(err)
	}
	var out any
	if err := json.Unmarshal(data, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// tally is what the generated documents were, so that a generator that proves
// little is noticed.
type tally struct{ all, unread, crashed, judged, accepted int }

func (c *tally) add(want answer, crashed, judged bool) {
	c.all++
	switch {
	case want.Refusal != "":
		c.unread++
	case crashed:
		c.crashed++
	case judged:
		if c.judged++; len(want.Errors) == 0 {
			c.accepted++
		}
	}
}

func (c *tally) check(t *testing.T) {
	t.Helper()
	t.Logf("%d documents: %d not decoded, %d that Kubernetes panics over, %d judged and %d of those accepted", c.all, c.unread, c.crashed, c.judged, c.accepted)
	if c.judged < c.all/2 || c.accepted < c.judged/10 || c.accepted > c.judged*9/10 {
		t.Errorf("the generator is out of balance")
	}
}
