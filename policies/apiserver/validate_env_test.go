package apiserver_test

import "testing"

func TestVariablesAreJudged(t *testing.T) {
	t.Parallel()
	checkJudgements(t, podWith, map[string]judgement{
		"a variable has a name": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, env: [{name: ''}, {name: 'a=b'}, {name: 'A B'}]}]}`,
			want: []string{
				"spec.template.spec.containers[0].env[0].name: Required value",
				"spec.template.spec.containers[0].env[1].name: Invalid value: a valid environment variable name must consist only of printable ASCII characters other than '='",
			},
		},
		"a variable has one source and no value beside it": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, env: [{name: A, valueFrom: {}}, {name: B, value: x, valueFrom: {fieldRef: {fieldPath: metadata.name}}}, {name: C, valueFrom: {fieldRef: {fieldPath: metadata.name}, secretKeyRef: {name: s, key: k}}}]}]}`,
			want: []string{
				"spec.template.spec.containers[0].env[0].valueFrom: Invalid value: must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`",
				"spec.template.spec.containers[0].env[1].valueFrom: Invalid value: may not be specified when `value` is not empty",
				"spec.template.spec.containers[0].env[2].valueFrom: Invalid value: may not have more than one field specified at a time",
			},
		},
		"a field is one that a variable can take": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, env: [{name: A, valueFrom: {fieldRef: {fieldPath: ''}}}, {name: B, valueFrom: {fieldRef: {fieldPath: status.phase}}}, {name: C, valueFrom: {fieldRef: {fieldPath: spec.nonsense}}}, {name: D, valueFrom: {fieldRef: {fieldPath: metadata.name, apiVersion: v2}}}, {name: E, valueFrom: {fieldRef: {fieldPath: spec.host}}}]}]}`,
			want: []string{
				"spec.template.spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Required value",
				`spec.template.spec.containers[0].env[1].valueFrom.fieldRef.fieldPath: Unsupported value: supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"`,
				"spec.template.spec.containers[0].env[2].valueFrom.fieldRef.fieldPath: Invalid value: error converting fieldPath: field label not supported: spec.nonsense",
				"spec.template.spec.containers[0].env[3].valueFrom.fieldRef.fieldPath: Invalid value: error converting fieldPath: unsupported pod version: v2",
			},
		},
		"a field's subscript is a label or an annotation": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, env: [{name: A, valueFrom: {fieldRef: {fieldPath: "metadata.labels['a b']"}}}, {name: B, valueFrom: {fieldRef: {fieldPath: "metadata.annotations['A']"}}}, {name: C, valueFrom: {fieldRef: {fieldPath: "spec.nodeName['a']"}}}, {name: D, valueFrom: {fieldRef: {fieldPath: "['a']"}}}]}]}`,
			want: []string{
				"spec.template.spec.containers[0].env[0].valueFrom.fieldRef: Invalid value: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
				"spec.template.spec.containers[0].env[2].valueFrom.fieldRef.fieldPath: Invalid value: error converting fieldPath: field label does not support subscript: spec.nodeName['a']",
				"spec.template.spec.containers[0].env[3].valueFrom.fieldRef.fieldPath: Invalid value: error converting fieldPath: field label not supported: ['a']",
			},
		},
		"a resource is one that containers have": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, env: [{name: A, valueFrom: {resourceFieldRef: {resource: ''}}}, {name: B, valueFrom: {resourceFieldRef: {resource: limits.gpu, divisor: 3}}}, {name: C, valueFrom: {resourceFieldRef: {resource: limits.hugepages-2Mi, divisor: 1Mi}}}]}]}`,
			want: []string{
				"spec.template.spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: Required value",
				`spec.template.spec.containers[0].env[1].valueFrom.resourceFieldRef.resource: Unsupported value: supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"`,
			},
		},
		"a divisor fits its resource": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, env: [{name: A, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1Mi}}}, {name: B, valueFrom: {resourceFieldRef: {resource: limits.memory, divisor: 1m}}}, {name: C, valueFrom: {resourceFieldRef: {resource: requests.ephemeral-storage, divisor: 3}}}, {name: D, valueFrom: {resourceFieldRef: {resource: requests.hugepages-2Mi, divisor: 7}}}, {name: E, valueFrom: {resourceFieldRef: {resource: limits.cpu, divisor: 1m}}}]}]}`,
			want: []string{
				"spec.template.spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: only divisor's values 1m and 1 are supported with the cpu resource",
				"spec.template.spec.containers[0].env[1].valueFrom.resourceFieldRef.divisor: Invalid value: only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the memory resource",
				"spec.template.spec.containers[0].env[2].valueFrom.resourceFieldRef.divisor: Invalid value: only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the local ephemeral storage resource",
				"spec.template.spec.containers[0].env[3].valueFrom.resourceFieldRef.divisor: Invalid value: only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the hugepages resource",
			},
		},
		"a key is named and spelled as one": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, env: [{name: A, valueFrom: {configMapKeyRef: {name: c}}}, {name: B, valueFrom: {secretKeyRef: {name: A_B, key: 'a b'}}}]}]}`,
			want: []string{
				"spec.template.spec.containers[0].env[0].valueFrom.configMapKeyRef.key: Required value",
				"spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef.name: Invalid value: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
				"spec.template.spec.containers[0].env[1].valueFrom.secretKeyRef.key: Invalid value: a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
			},
		},
		"a file of variables lies in an emptyDir": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, env: [{name: A, valueFrom: {fileKeyRef: {volumeName: a, path: f, key: K}}}, {name: B, valueFrom: {fileKeyRef: {volumeName: b, path: f, key: K}}}, {name: C, valueFrom: {fileKeyRef: {volumeName: c, path: f, key: K}}}]}], volumes: [{name: a}, {name: b, hostPath: {path: /x}}]}`,
			want: []string{
				"spec.template.spec.containers[0].env[1].valueFrom.fileKeyRef.volumeName: Invalid value: referenced volume must be of type emptyDir",
				"spec.template.spec.containers[0].env[2].valueFrom.fileKeyRef.volumeName: Not found",
			},
		},
		"a file of variables is named": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, env: [{name: A, valueFrom: {fileKeyRef: {volumeName: '', path: '', key: ''}}}, {name: B, valueFrom: {fileKeyRef: {volumeName: A, path: ../x, key: a=b}}}]}]}`,
			want: []string{
				"spec.template.spec.containers[0].env[0].valueFrom.fileKeyRef.key: Required value",
				"spec.template.spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Required value",
				"spec.template.spec.containers[0].env[0].valueFrom.fileKeyRef.path: Required value",
				"spec.template.spec.containers[0].env[1].valueFrom.fileKeyRef.key: Invalid value: a valid environment variable name must consist only of printable ASCII characters other than '='",
				"spec.template.spec.containers[0].env[1].valueFrom.fileKeyRef.volumeName: Invalid value: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
				"spec.template.spec.containers[0].env[1].valueFrom.fileKeyRef.path: Invalid value: must not contain '..'",
				"spec.template.spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Not found",
				"spec.template.spec.containers[0].env[1].valueFrom.fileKeyRef.volumeName: Not found",
			},
		},
		"a source of variables is one and named": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, envFrom: [{}, {configMapRef: {name: ''}}, {configMapRef: {name: a}, secretRef: {name: A}, prefix: a=b}]}]}`,
			want: []string{
				"spec.template.spec.containers[0].envFrom: Invalid value: must specify one of: `configMapRef` or `secretRef`",
				"spec.template.spec.containers[0].envFrom[1].configMapRef.name: Required value",
				"spec.template.spec.containers[0].envFrom[2].prefix: Invalid value: a valid environment variable name must consist only of printable ASCII characters other than '='",
				"spec.template.spec.containers[0].envFrom[2].secretRef.name: Invalid value: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
				"spec.template.spec.containers[0].envFrom: Invalid value: may not have more than one field specified at a time",
			},
		},
	})
}
