package apiserver_test

import "testing"

func TestContainersAreJudged(t *testing.T) {
	t.Parallel()
	checkJudgements(t, podWith, map[string]judgement{
		"a container has a name, an image and known policies": {
			part: `{restartPolicy: Never, containers: [{terminationMessagePolicy: Log, imagePullPolicy: Maybe}]}`,
			want: []string{
				"spec.template.spec.containers[0].name: Required value",
				"spec.template.spec.containers[0].image: Required value",
				`spec.template.spec.containers[0].terminationMessagePolicy: Unsupported value: supported values: "File", "FallbackToLogsOnError"`,
				`spec.template.spec.containers[0].imagePullPolicy: Unsupported value: supported values: "Always", "IfNotPresent", "Never"`,
			},
		},
		"names of containers stand once": {
			part: `{restartPolicy: Never, containers: [{name: a, image: i}, {name: a, image: i}], initContainers: [{name: a, image: i}, {name: b, image: i}, {name: b, image: i}]}`,
			want: []string{
				"spec.template.spec.containers[1].name: Duplicate value",
				"spec.template.spec.initContainers[0].name: Duplicate value",
				"spec.template.spec.initContainers[2].name: Duplicate value",
			},
		},
		"an init container has no probes and hooks": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], initContainers: [{name: init, image: i, lifecycle: {preStop: {sleep: {seconds: 1}}}, livenessProbe: {exec: {command: [a]}}, readinessProbe: {exec: {command: [a]}}, startupProbe: {exec: {command: [a]}}}]}`,
			want: []string{
				"spec.template.spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always",
				"spec.template.spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always",
				"spec.template.spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always",
				"spec.template.spec.initContainers[0].startupProbe: Forbidden: may not be set for init containers without restartPolicy=Always",
			},
		},
		"an init container is not restarted for a resize": {
			part: `{restartPolicy: OnFailure, containers: [{name: main, image: i}], initContainers: [{name: init, image: i, resizePolicy: [{resourceName: cpu, restartPolicy: RestartContainer}]}]}`,
			want: []string{
				"spec.template.spec.initContainers[0].resizePolicy[0].restartPolicy: Invalid value: must not be set to 'RestartContainer' for non-sidecar initContainers",
			},
		},
		"a sidecar has probes and hooks": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], initContainers: [{name: init, image: i, restartPolicy: Always, lifecycle: {preStop: {sleep: {seconds: 1}}}, livenessProbe: {exec: {command: [a]}}}]}`,
		},
		"restart rules need a policy": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, restartPolicyRules: [{action: Restart, exitCodes: {operator: In, values: [1]}}]}]}`,
			want: []string{
				"spec.template.spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used",
			},
		},
		"restart rules of an init container without a policy are not looked at": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], initContainers: [{name: init, image: i, restartPolicyRules: [{action: Never}]}]}`,
			want: []string{
				"spec.template.spec.initContainers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used",
			},
		},
		"restart rules know their words": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, restartPolicy: Sometimes, restartPolicyRules: [{action: Stop}, {action: Restart, exitCodes: {operator: Is, values: [1]}}]}]}`,
			want: []string{
				`spec.template.spec.containers[0].restartPolicy: Unsupported value: supported values: "Always", "Never", "OnFailure"`,
				`spec.template.spec.containers[0].restartPolicyRules[0].action: Unsupported value: supported values: "Restart", "RestartAllContainers"`,
				"spec.template.spec.containers[0].restartPolicyRules[0].exitCodes: Required value: must be specified",
				`spec.template.spec.containers[0].restartPolicyRules[1].exitCodes.operator: Unsupported value: supported values: "In", "NotIn"`,
			},
		},
		"a resize policy stands once for each resource": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, resizePolicy: [{resourceName: cpu, restartPolicy: NotRequired}, {resourceName: cpu, restartPolicy: NotRequired}, {resourceName: disk, restartPolicy: Never}]}]}`,
			want: []string{
				"spec.template.spec.containers[0].resizePolicy[1]: Duplicate value",
				`spec.template.spec.containers[0].resizePolicy: Unsupported value: supported values: "cpu", "memory"`,
				`spec.template.spec.containers[0].resizePolicy: Unsupported value: supported values: "NotRequired", "RestartContainer"`,
				"spec.template.spec.containers[0].resizePolicy: Invalid value: must be 'NotRequired' when pod `restartPolicy` is 'Never'",
			},
		},
		"ports have numbers, names and protocols": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, ports: [{containerPort: 0}, {containerPort: 70000, hostPort: -1, name: Web, protocol: tcp}, {containerPort: 1, name: web, hostIP: 300.1.1.1}, {containerPort: 2, name: web}]}]}`,
			want: []string{
				"spec.template.spec.containers[0].ports[0].containerPort: Required value",
				"spec.template.spec.containers[0].ports[1].name: Invalid value: must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
				"spec.template.spec.containers[0].ports[1].containerPort: Invalid value: must be between 1 and 65535, inclusive",
				"spec.template.spec.containers[0].ports[1].hostPort: Invalid value: must be between 1 and 65535, inclusive",
				`spec.template.spec.containers[0].ports[1].protocol: Unsupported value: supported values: "SCTP", "TCP", "UDP"`,
				"spec.template.spec.containers[0].ports[3].name: Duplicate value",
			},
		},
		"host ports stand once": {
			part: `{restartPolicy: Never, containers: [{name: a, image: i, ports: [{containerPort: 1, hostPort: 80}]}, {name: b, image: i, ports: [{containerPort: 2, hostPort: 80}]}]}`,
			want: []string{
				"spec.template.spec.containers[1].ports[0].hostPort: Duplicate value",
			},
		},
		"the ports of an init container may differ from the host's": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], hostNetwork: true, initContainers: [{name: x, image: i, ports: [{containerPort: 1, hostPort: 2}]}]}`,
		},
		"on the host's network a container's port is the host's": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, ports: [{containerPort: 1, hostPort: 2}, {containerPort: 3}]}], hostNetwork: true}`,
			want: []string{
				"spec.template.spec.containers[0].ports[0].hostPort: Invalid value: must match `containerPort` when `hostNetwork` is true",
			},
		},
		"there is a container": {
			part: `{restartPolicy: Never}`,
			want: []string{
				"spec.template.spec.containers: Required value",
			},
		},
	})
}
