package apiserver_test

import (
	"encoding/json"
	"fmt"
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
			read: func(doc []byte) (any, error) { ns, err := apiserver.Namespace(doc, apiserver.Ignore); return ns, err },
			doc:  `{"metadata":{"name":"shop","unknown":1}}`,
			want: `{"metadata":{"labels":{"kubernetes.io/metadata.name":"shop"},"name":"shop"},"spec":{},"status":{}}`,
		},
		"a Namespace cannot say that it has another name": {
			read: func(doc []byte) (any, error) { ns, err := apiserver.Namespace(doc, apiserver.Ignore); return ns, err },
			doc:  `{"metadata":{"name":"shop","labels":{"kubernetes.io/metadata.name":"other","tier":"production"}}}`,
			want: `{"metadata":{"labels":{"kubernetes.io/metadata.name":"shop","tier":"production"},"name":"shop"},"spec":{},"status":{}}`,
		},
		"a LimitRange has the most, the default and the least for defaults": {
			read: func(doc []byte) (any, error) {
				limits, err := apiserver.LimitRange(doc, apiserver.Ignore)
				return limits, err
			},
			doc: `{"metadata":{"name":"limits"},"spec":{"limits":[` +
				`{"type":"Container","max":{"memory":"2Gi","cpu":2},"default":{"memory":"1024Mi"},"min":{"cpu":"0.1","ephemeral-storage":"1.5Gi"}},` +
				`{"type":"Pod","max":{"cpu":"0.0001"}}]}}`,
			want: `{"metadata":{"name":"limits"},"spec":{"limits":[` +
				`{"default":{"cpu":"2","memory":"1Gi"},"defaultRequest":{"cpu":"2","ephemeral-storage":"1536Mi","memory":"1Gi"},` +
				`"max":{"cpu":"2","memory":"2Gi"},"min":{"cpu":"100m","ephemeral-storage":"1536Mi"},"type":"Container"},` +
				`{"max":{"cpu":"1m"},"type":"Pod"}]}}`,
		},
		"a ResourceQuota is rounded up": {
			read: func(doc []byte) (any, error) {
				quota, err := apiserver.ResourceQuota(doc, apiserver.Ignore)
				return quota, err
			},
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
	namespace := func(doc string, fv apiserver.FieldValidation) error {
		_, err := apiserver.Namespace([]byte(doc), fv)
		return err
	}
	limits := func(doc string, fv apiserver.FieldValidation) error {
		_, err := apiserver.LimitRange([]byte(doc), fv)
		return err
	}
	quota := func(doc string, fv apiserver.FieldValidation) error {
		_, err := apiserver.ResourceQuota([]byte(doc), fv)
		return err
	}
	const always, strictly = true, false
	for name, test := range map[string]struct {
		read   func(string, apiserver.FieldValidation) error
		always bool // also where unknown fields are dropped
		doc    string
		want   string
	}{
		"labels that are none":        {namespace, always, `{"metadata":{"name":"a","labels":[]}}`, "json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string"},
		"a Namespace without a name":  {namespace, always, `{"metadata":{}}`, "metadata.name: Required value: name or generateName is required"},
		"a Namespace with a bad name": {namespace, always, `{"metadata":{"name":"a.b"}}`, `metadata.name: Invalid value: "a.b": must not contain dots`},
		"a field in the wrong place":  {quota, strictly, `{"metadata":{"name":"a"},"hard":{"pods":"1"},"spec":{}}`, "hard: is not a field of this kind"},
		"a misspelt field":            {limits, strictly, `{"metadata":{"name":"a"},"spec":{"limit":[]}}`, "spec.limit: is not a field of this kind"},
		"a field that stands twice":   {limits, strictly, `{"metadata":{"name":"a"},"spec":{"limits":[],"limits":[]}}`, "spec.limits: stands twice"},
		"a type that is none": {limits, always, `{"metadata":{"name":"a"},"spec":{"limits":[{"type":"container"}]}}`,
			`spec.limits[0].type: Invalid value: "container": must be a standard limit type or fully qualified`},
		"a type twice": {limits, always, `{"metadata":{"name":"a"},"spec":{"limits":[{"type":"Pod"},{"type":"Pod"}]}}`, `spec.limits[1].type: Duplicate value: "Pod"`},
		"a resource that is none": {limits, always, `{"metadata":{"name":"a"},"spec":{"limits":[{"type":"Container","max":{"cpus":"1"}}]}}`,
			`spec.limits[0].max[cpus]: Invalid value: "cpus": must be a standard resource type or fully qualified`},
		"a default of Pods": {limits, always, `{"metadata":{"name":"a"},"spec":{"limits":[{"type":"Pod","default":{"cpu":"1"}}]}}`,
			"spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"},
		"less than the least": {limits, always, `{"metadata":{"name":"a"},"spec":{"limits":[{"type":"Container","min":{"cpu":"2"},"max":{"cpu":"1"}}]}}`,
			`spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1`},
		"a ratio below one": {limits, always, `{"metadata":{"name":"a"},"spec":{"limits":[{"type":"Container","maxLimitRequestRatio":{"cpu":"0.5"}}]}}`,
			`spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "500m": ratio 500m is less than 1`},
		"volumes without limits": {limits, always, `{"metadata":{"name":"a"},"spec":{"limits":[{"type":"PersistentVolumeClaim"}]}}`,
			"spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided"},
		"a quantity that is none": {limits, always, `{"metadata":{"name":"a"},"spec":{"limits":[{"type":"Container","max":{"cpu":"fast"}}]}}`,
			`spec.limits[0].max[cpu]: is "fast"; expected a quantity such as 500m or 128Mi`},
		"a number that is none": {quota, always, `{"metadata":{"name":"a"},"spec":{"hard":{"pods":"many"}}}`,
			`spec.hard[pods]: is "many"; expected a quantity such as 500m or 128Mi`},
		"a size": {limits, always, `{"metadata":{"name":"a"},"spec":{"limits":[{"type":"Container","max":{"cpu":"1e-999999999"}}]}}`,
			`spec.limits[0].max[cpu]: quantities must be of a sensible size: 1e-999999999 has more than 1000 digits`},
		"a number": {quota, always, `{"metadata":{"name":"a"},"status":{"used":{"cpu":1e999999999}}}`,
			`status.used[cpu]: quantities must be of a sensible size: 1e999999999 has more than 1000 digits`},
		"a resource of no quota": {quota, always, `{"metadata":{"name":"a"},"spec":{"hard":{"requests.cpus":"1"}}}`,
			`spec.hard[requests.cpus]: Invalid value: "requests.cpus": must be a standard resource type or fully qualified`},
		"a resource that no quota counts": {quota, always, `{"metadata":{"name":"a"},"spec":{"hard":{"storage":"1"}}}`,
			`spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota`},
		"less than nothing": {quota, always, `{"metadata":{"name":"a"},"spec":{"hard":{"pods":"-1"}}}`,
			`spec.hard[pods]: Invalid value: "-1": must be greater than or equal to 0`},
		"a scope that is none": {quota, always, `{"metadata":{"name":"a"},"spec":{"scopes":["Best"]}}`,
			`spec.scopes: Invalid value: ["Best"]: unsupported scope`},
		"scopes that are opposites": {quota, always, `{"metadata":{"name":"a"},"spec":{"scopes":["Terminating","NotTerminating"]}}`,
			`spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, fv := range []apiserver.FieldValidation{apiserver.Strict, apiserver.Warn, apiserver.Ignore} {
				want := test.want
				if fv != apiserver.Strict && !test.always {
					want = "<nil>"
				}
				if diff := cmp.Diff(want, fmt.Sprint(test.read(test.doc, fv))); diff != "" {
					t.Errorf("%s (-want +got)\n%s", fv, diff)
				}
			}
		})
	}
}

func TestSurroundingsOfAClusterAreRead(t *testing.T) {
	t.Parallel()
	if _, err := apiserver.ResourceQuota([]byte(`{"metadata":{"generateName":"a-"},"spec":{"scopes":["NotBestEffort"],"hard":{`+
		`"count/jobs.batch":"5","requests.nvidia.com/gpu":"1","hugepages-2Mi":"4Mi","requests.hugepages-2Mi":"4Mi","gold.storageclass.storage.k8s.io/requests.storage":"1Gi"}}}`), apiserver.Strict); err != nil {
		t.Error(err)
	}
	if _, err := apiserver.LimitRange([]byte(`{"metadata":{"name":"a","namespace":"b"},"spec":{"limits":[`+
		`{"type":"PersistentVolumeClaim","max":{"storage":"1Gi"}},{"type":"openshift.io/Image","max":{"storage":"1Gi"}}]}}`), apiserver.Strict); err != nil {
		t.Error(err)
	}
	if _, err := apiserver.Namespace([]byte(`{"metadata":{"name":"a","namespace":"b"},"spec":{"finalizers":["kubernetes"]},"status":{"phase":"Active"}}`), apiserver.Strict); err != nil {
		t.Error(err)
	}
}
