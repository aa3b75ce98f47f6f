package batch_test

import (
	"testing"

	"github.com/batchgate/batchgate/policies/batch"
)

func TestSpecChanged(t *testing.T) {
	t.Parallel()
	for sentence, tc := range map[string]struct {
		old, now string
		want     bool
	}{
		"the same bytes":                     {`{"spec":{"a":1}}`, `{"spec":{"a":1}}`, false},
		"suspended":                          {`{"spec":{"a":1,"suspend":false}}`, `{"spec":{"a":1,"suspend":true}}`, false},
		"suspend added":                      {`{"spec":{"a":1}}`, `{"spec":{"suspend":true,"a":1}}`, false},
		"suspended inside the template":      {`{"spec":{"jobTemplate":{"spec":{"suspend":false}}}}`, `{"spec":{"jobTemplate":{"spec":{"suspend":true}}}}`, true},
		"another order of keys":              {`{"spec":{"a":1,"b":{"c":[1],"d":2}}}`, `{"spec":{"b":{"d":2,"c":[1]},"a":1}}`, false},
		"another spelling of a number":       {`{"spec":{"a":6}}`, `{"spec":{"a":6.0}}`, false},
		"another spelling of a string":       {`{"spec":{"a":"x"}}`, `{"spec":{"a":"\u0078"}}`, false},
		"a null for what is absent":          {`{"spec":{"a":[{"b":null}]}}`, `{"spec":{"a":[{}],"c":null}}`, false},
		"only metadata and status":           {`{"metadata":{"name":"a"},"spec":{}}`, `{"metadata":{"name":"b"},"spec":{},"status":{"x":1}}`, false},
		"a value":                            {`{"spec":{"schedule":"@daily"}}`, `{"spec":{"schedule":"@hourly"}}`, true},
		"a value that no rule reads":         {`{"spec":{"unread":{"deep":[1]}}}`, `{"spec":{"unread":{"deep":[2]}}}`, true},
		"another order of a list":            {`{"spec":{"a":[1,2]}}`, `{"spec":{"a":[2,1]}}`, true},
		"a value and suspend":                {`{"spec":{"a":1,"suspend":false}}`, `{"spec":{"a":2,"suspend":true}}`, true},
		"something removed":                  {`{"spec":{"a":1}}`, `{"spec":{}}`, true},
		"no spec, then one without contents": {`{}`, `{"spec":{"suspend":true}}`, false},
		"a spec of null, then none":          {`{"spec":null}`, `{}`, false},
		"no spec, then one":                  {`{}`, `{"spec":{"a":1}}`, true},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			for name, keep := range map[string]*batch.Keep{"everything": nil, "nothing": batch.NewKeep(nil)} {
				old, err := batch.Parse(batch.CronJob, []byte(tc.old), keep)
				if err != nil {
					t.Fatal(err)
				}
				now, err := batch.Parse(batch.CronJob, []byte(tc.now), keep)
				if err != nil {
					t.Fatal(err)
				}
				if got := batch.SpecChanged(old, now); got != tc.want {
					t.Errorf("keeping %s: %v, want %v", name, got, tc.want)
				}
				if batch.SpecChanged(now, old) != tc.want {
					t.Errorf("keeping %s: depends on the order", name)
				}
			}
		})
	}
}
