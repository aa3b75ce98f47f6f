package apiserver_test

import "testing"

func TestAPodIsJudged(t *testing.T) {
	t.Parallel()
	checkJudgements(t, podWith, map[string]judgement{
		"a Job's Pods end": {
			part: `{restartPolicy: Always, containers: [{name: main, image: i}]}`,
			want: []string{
				`spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"`,
			},
		},
		"names are names": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], serviceAccountName: A, nodeName: B_, priorityClassName: -c, hostname: D, subdomain: e.e, runtimeClassName: F_}`,
			want: []string{
				"spec.template.spec.serviceAccountName: Invalid value: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
				"spec.template.spec.nodeName: Invalid value: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
				"spec.template.spec.priorityClassName: Invalid value: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
				"spec.template.spec.hostname: Invalid value: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
				"spec.template.spec.subdomain: Invalid value: must not contain dots",
				"spec.template.spec.runtimeClassName: Invalid value: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
			},
		},
		"gates have names that stand once": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], schedulingGates: [{name: 'a b'}, {name: g}, {name: g}]}`,
			want: []string{
				"spec.template.spec.schedulingGates[0]: Invalid value: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
				"spec.template.spec.schedulingGates[2]: Duplicate value",
			},
		},
		"a toleration's fields fit each other": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], tolerations: [{key: 'a b', operator: Exists}, {operator: Equal}, {key: a, operator: Exists, value: v}, {key: a, operator: Lt}, {key: a, operator: Like}, {key: a, value: 'a b'}, {key: a, tolerationSeconds: 1, effect: NoSchedule}, {key: a, effect: Never}]}`,
			want: []string{
				"spec.template.spec.tolerations[0].key: Invalid value: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
				"spec.template.spec.tolerations[1].operator: Invalid value: operator must be Exists when `key` is empty, which means \"match all values and all keys\"",
				"spec.template.spec.tolerations[2].operator: Invalid value: value must be empty when `operator` is 'Exists'",
				`spec.template.spec.tolerations[3].operator: Unsupported value: supported values: "Equal", "Exists", "Lt", "Gt"`,
				`spec.template.spec.tolerations[4].operator: Unsupported value: supported values: "Equal", "Exists"`,
				"spec.template.spec.tolerations[5].operator: Invalid value: a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
				"spec.template.spec.tolerations[6].effect: Invalid value: effect must be 'NoExecute' when `tolerationSeconds` is set",
				`spec.template.spec.tolerations[7].effect: Unsupported value: supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"`,
			},
		},
		"policies are known": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], dnsPolicy: Any, preemptionPolicy: Maybe}`,
			want: []string{
				`spec.template.spec.dnsPolicy: Unsupported value: supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"`,
				`spec.template.spec.preemptionPolicy: Unsupported value: supported values: "PreemptLowerPriority", "Never"`,
			},
		},
		"a process namespace is not shared with the host's": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], shareProcessNamespace: true, hostPID: true}`,
			want: []string{
				"spec.template.spec.shareProcessNamespace: Invalid value: ShareProcessNamespace and HostPID cannot both be enabled",
			},
		},
		"a deadline is at least a second": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], activeDeadlineSeconds: 0}`,
			want: []string{
				"spec.template.spec.activeDeadlineSeconds: Invalid value: must be between 1 and 2147483647, inclusive",
			},
		},
		"overhead is an amount": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], overhead: {cpu: -1, gpu: 1}}`,
			want: []string{
				"spec.template.spec.overhead.limits[cpu]: Invalid value: must be greater than or equal to 0",
				"spec.template.spec.overhead.limits[gpu]: Invalid value: must be a standard resource type or fully qualified",
				"spec.template.spec.overhead.limits[gpu]: Invalid value: must be a standard resource for containers",
			},
		},
		"a Pod with users of its own keeps away from its host": {
			part: `{restartPolicy: Never, hostUsers: false, hostNetwork: true, hostPID: true, hostIPC: true, containers: [{name: main, image: i, volumeDevices: [{name: c, devicePath: /x}]}], volumes: [{name: c, persistentVolumeClaim: {claimName: c}}]}`,
			want: []string{
				"spec.template.spec.hostNetwork: Forbidden: when `hostUsers` is false",
				"spec.template.spec.HostPID: Forbidden: when `hostUsers` is false",
				"spec.template.spec.HostIPC: Forbidden: when `hostUsers` is false",
				"spec.template.spec.containers[0].volumeDevices: Forbidden: when `hostUsers` is false",
			},
		},
		"a Pod has an operating system there is": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], os: {name: plan9}}`,
			want: []string{
				`spec.template.spec.os: Unsupported value: supported values: "linux", "windows"`,
			},
		},
		"an operating system has a name": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], os: {name: ''}}`,
			want: []string{
				"spec.template.spec.os.name: Required value",
			},
		},
		"a Linux Pod has no options for Windows": {
			part: `{restartPolicy: Never, os: {name: linux}, securityContext: {windowsOptions: {}}, containers: [{name: main, image: i, securityContext: {windowsOptions: {}}}]}`,
			want: []string{
				"spec.template.spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod",
				"spec.template.spec.containers[0].securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod",
			},
		},
		"a Windows Pod has no fields of Linux": {
			part: `{restartPolicy: Never, os: {name: windows}, hostUsers: true, hostPID: true, hostIPC: true, shareProcessNamespace: true, securityContext: {fsGroup: 1, runAsUser: 1, supplementalGroups: [1]}, containers: [{name: main, image: i, securityContext: {privileged: false, procMount: Default}}]}`,
			want: []string{
				"spec.template.spec.shareProcessNamespace: Invalid value: ShareProcessNamespace and HostPID cannot both be enabled",
				"spec.template.spec.securityContext.fsGroup: Forbidden: cannot be set for a windows pod",
				"spec.template.spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod",
				"spec.template.spec.securityContext.supplementalGroups: Forbidden: cannot be set for a windows pod",
				"spec.template.spec.hostUsers: Forbidden: cannot be set for a windows pod",
				"spec.template.spec.hostPID: Forbidden: cannot be set for a windows pod",
				"spec.template.spec.hostIPC: Forbidden: cannot be set for a windows pod",
				"spec.template.spec.shareProcessNamespace: Forbidden: cannot be set for a windows pod",
				"spec.template.spec.containers[0].securityContext.privileged: Forbidden: cannot be set for a windows pod",
				"spec.template.spec.containers[0].securityContext.procMount: Forbidden: cannot be set for a windows pod",
			},
		},
	})
}
