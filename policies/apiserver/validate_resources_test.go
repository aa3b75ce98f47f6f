package apiserver_test

import "testing"

func TestResourcesAreJudged(t *testing.T) {
	t.Parallel()
	checkJudgements(t, podWith, map[string]judgement{
		"requests stay below limits": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, resources: {requests: {cpu: 2, memory: 1Gi}, limits: {cpu: 1, memory: 2Gi}}}]}`,
			want: []string{
				"spec.template.spec.containers[0].resources.requests: Invalid value: must be less than or equal to cpu limit of 1",
			},
		},
		"amounts are not negative": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, resources: {requests: {cpu: -1}, limits: {memory: -1}}}]}`,
			want: []string{
				"spec.template.spec.containers[0].resources.limits[memory]: Invalid value: must be greater than or equal to 0",
				"spec.template.spec.containers[0].resources.requests[cpu]: Invalid value: must be greater than or equal to 0",
			},
		},
		"what is counted is whole, and as much requested as allowed": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, resources: {requests: {example.com/gpu: 1}, limits: {example.com/gpu: 2, example.com/fpga: 1500m}}}]}`,
			want: []string{
				"spec.template.spec.containers[0].resources.limits[example.com/fpga]: Invalid value: must be an integer",
				"spec.template.spec.containers[0].resources.requests: Invalid value: must be equal to example.com/gpu limit of 2",
			},
		},
		"a resource has a name of its own or a prefix": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, resources: {limits: {gpu: 1, a/b/c: 1, pods: 1, requests.cpu: 1, kubernetes.io/x: 1}}}]}`,
			want: []string{
				"spec.template.spec.containers[0].resources.limits[a/b/c]: Invalid value: a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
				"spec.template.spec.containers[0].resources.limits[a/b/c]: Invalid value: doesn't follow extended resource name standard",
				"spec.template.spec.containers[0].resources.limits[gpu]: Invalid value: must be a standard resource type or fully qualified",
				"spec.template.spec.containers[0].resources.limits[gpu]: Invalid value: must be a standard resource for containers",
				"spec.template.spec.containers[0].resources.limits[pods]: Invalid value: must be a standard resource for containers",
				"spec.template.spec.containers[0].resources.limits[requests.cpu]: Invalid value: must be a standard resource for containers",
			},
		},
		"huge pages come with processors or memory, in whole pages": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, resources: {limits: {hugepages-2Mi: 3Mi}}}]}`,
			want: []string{
				"spec.template.spec.containers[0].resources.limits[hugepages-2Mi]: Invalid value: 3Mi is not positive integer multiple of hugepages-2Mi",
				"spec.template.spec.containers[0].resources: Forbidden: HugePages require cpu or memory",
			},
		},
		"claims are the Pod's and stand once": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, resources: {claims: [{name: ''}, {name: a, request: R_}, {name: a, request: R_}, {name: a}, {name: b}, {name: b, request: x}]}}], resourceClaims: [{name: a, resourceClaimName: x}]}`,
			want: []string{
				"spec.template.spec.containers[0].resources.claims[0]: Required value",
				"spec.template.spec.containers[0].resources.claims[1].request: Invalid value: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
				"spec.template.spec.containers[0].resources.claims[2].request: Invalid value: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
				"spec.template.spec.containers[0].resources.claims[2]: Duplicate value",
				"spec.template.spec.containers[0].resources.claims[3]: Duplicate value",
				"spec.template.spec.containers[0].resources.claims[4]: Not found: must be one of the names in pod.spec.resourceClaims: a",
				"spec.template.spec.containers[0].resources.claims[5]: Duplicate value",
				"spec.template.spec.containers[0].resources.claims[5]: Not found: must be one of the names in pod.spec.resourceClaims: a",
			},
		},
		"a Pod's resources hold its containers": {
			part: `{restartPolicy: Never, resources: {requests: {cpu: 1, memory: 1Gi}, limits: {hugepages-2Mi: 2Mi, cpu: 1}}, containers: [{name: a, image: i, resources: {requests: {cpu: 1}, limits: {cpu: 2, hugepages-2Mi: 2Mi}}}, {name: b, image: i, resources: {requests: {cpu: 500m, hugepages-2Mi: 2Mi}, limits: {cpu: 500m, hugepages-2Mi: 2Mi}}}], initContainers: [{name: side, image: i, restartPolicy: Always, resources: {requests: {memory: 900Mi}}}, {name: big, image: i, resources: {requests: {memory: 200Mi}}}]}`,
			want: []string{
				"spec.template.spec.resources.requests[cpu]: Invalid value: must be greater than or equal to aggregate container requests of 1500m",
				"spec.template.spec.resources.requests[memory]: Invalid value: must be greater than or equal to aggregate container requests of 1100Mi",
				"spec.template.spec.resources.limits[hugepages-2Mi]: Invalid value: must be greater than or equal to aggregate container limits of 4Mi",
				"spec.template.spec.resources.containers[0][cpu].limits: Invalid value: must be less than or equal to pod limits of 1",
			},
		},
		"a Pod's resources claim nothing": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], resources: {claims: [{name: a}]}}`,
			want: []string{
				"spec.template.spec.resources.claims: Forbidden: claims may not be set for Resources at pod-level",
				"spec.template.spec.resources.claims[0]: Not found: must be one of the names in pod.spec.resourceClaims which is empty",
			},
		},
	})
}
