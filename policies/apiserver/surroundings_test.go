package apiserver_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/apiserver"
)

func TestSurroundingsAreReadAsTheyAreStored(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		read func(doc []byte) (any, error)
		doc  string
		want string
	}{
		"a Namespace is labelled with its name": {
			read: func(doc []byte) (any, error) { ns, err := apiserver.Namespace(doc); return ns, err },
			doc:  `{"metadata":{"name":"shop","unknown":1}}`,
			want: `{"metadata":{"labels":{"kubernetes.io/metadata.name":"shop"},"name":"shop"},"spec":{},"status":{}}`,
		},
		"a Namespace cannot say that it has another name": {
			read: func(doc []byte) (any, error) { ns, err := apiserver.Namespace(doc); return ns, err },
			doc:  `{"metadata":{"name":"shop","labels":{"kubernetes.io/metadata.name":"other","tier":"production"}}}`,
			want: `{"metadata":{"labels":{"kubernetes.io/metadata.name":"shop","tier":"production"},"name":"shop"},"spec":{},"status":{}}`,
		},
		"a LimitRange has the most, the default and the least for defaults": {
			read: func(doc []byte) (any, error) { limits, err := apiserver.LimitRange(doc); return limits, err },
			doc: `{"metadata":{"name":"limits"},"spec":{"limits":[` +
				`{"type":"Container","max":{"memory":"2Gi","cpu":2},"default":{"memory":"1024Mi"},"min":{"cpu":"0.1","ephemeral-storage":"1.5Gi"}},` +
				`{"type":"Pod","max":{"cpu":"0.0001"}}]}}`,
			want: `{"metadata":{"name":"limits"},"spec":{"limits":[` +
				`{"default":{"cpu":"2","memory":"1Gi"},"defaultRequest":{"cpu":"2","ephemeral-storage":"1536Mi","memory":"1Gi"},` +
				`"max":{"cpu":"2","memory":"2Gi"},"min":{"cpu":"100m","ephemeral-storage":"1536Mi"},"type":"Container"},` +
				`{"max":{"cpu":"1m"},"type":"Pod"}]}}`,
		},
		"a ResourceQuota is rounded up": {
			read: func(doc []byte) (any, error) { quota, err := apiserver.ResourceQuota(doc); return quota, err },
			doc:  `{"metadata":{"name":"compute","uid":"5e1234"},"spec":{"hard":{"memory":"1e3","requests.cpu":"1.00001","pods":10}},"status":{"used":{"pods":"3"}}}`,
			want: `{"metadata":{"name":"compute","uid":"5e1234"},"spec":{"hard":{"memory":"1e3","pods":"10","requests.cpu":"1001m"}},"status":{"used":{"pods":"3"}}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object, err := test.read([]byte(test.doc))
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(object)
			if err != nil {
				t.Fatal(err)
			}
			var got, want any
			if err := json.Unmarshal(text, &got); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(test.want), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func TestSurroundingsThatNoClusterCanHaveAreErrors(t *testing.T) {
	t.Parallel()
	doc := []byte(`{"metadata":{"name":"a","labels":[]},"spec":{"limits":[{"type":"Container","max":{"cpu":"fast"}}],"hard":{"pods":"many"}}}`)
	for name, read := range map[string]func() error{
		"labels": func() error { _, err := apiserver.Namespace(doc); return err },
		"quantities": func() error {
			_, err := apiserver.LimitRange([]byte(strings.Replace(string(doc), "[]", "{}", 1)))
			return err
		},
		"a size": func() error {
			_, err := apiserver.LimitRange([]byte(`{"spec":{"limits":[{"max":{"cpu":"1e-999999999"}}]}}`))
			return err
		},
		"a number": func() error {
			_, err := apiserver.ResourceQuota([]byte(`{"status":{"used":{"cpu":1e999999999}}}`))
			return err
		},
		"numbers": func() error {
			_, err := apiserver.ResourceQuota([]byte(strings.Replace(string(doc), "[]", "{}", 1)))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if read() == nil {
				t.Error("no error")
			}
		})
	}
}
