package apiserver_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/apiserver"
)

func TestPruned(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ doc, want string }{
		"nothing is null":           {`{"b": 1, "a": [1, 2]}`, `{"b": 1, "a": [1, 2]}`},
		"null fields go":            {`{"a": null, "b": {"c": null, "d": 12345678901234567}}`, `{"b":{"d":12345678901234567}}`},
		"nulls in lists stay":       {`{"a": [null, {"b": null}]}`, `{"a":[null,{}]}`},
		"the text null stays":       {`{"a": "null"}`, `{"a":"null"}`},
		"what is no object stays":   {`[null]`, `[null]`},
		"what cannot be read stays": {`{"a": null`, `{"a": null`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, string(apiserver.Pruned([]byte(c.doc)))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}
