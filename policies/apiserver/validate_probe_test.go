package apiserver_test

import "testing"

func TestProbesAreJudged(t *testing.T) {
	t.Parallel()
	checkJudgements(t, podWith, map[string]judgement{
		"a probe has one handler": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, livenessProbe: {}, readinessProbe: {exec: {command: [a]}, tcpSocket: {port: 1}}}]}`,
			want: []string{
				"spec.template.spec.containers[0].livenessProbe: Required value: must specify a handler type",
				"spec.template.spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
			},
		},
		"a probe's numbers are in range": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, livenessProbe: {exec: {command: [a]}, initialDelaySeconds: -1, timeoutSeconds: -1, periodSeconds: -1, failureThreshold: -1, successThreshold: 2, terminationGracePeriodSeconds: 0}, readinessProbe: {exec: {command: [a]}, terminationGracePeriodSeconds: 1}}]}`,
			want: []string{
				"spec.template.spec.containers[0].livenessProbe.initialDelaySeconds: Invalid value: must be greater than or equal to 0",
				"spec.template.spec.containers[0].livenessProbe.timeoutSeconds: Invalid value: must be greater than or equal to 0",
				"spec.template.spec.containers[0].livenessProbe.periodSeconds: Invalid value: must be greater than or equal to 0",
				"spec.template.spec.containers[0].livenessProbe.failureThreshold: Invalid value: must be greater than or equal to 0",
				"spec.template.spec.containers[0].livenessProbe.terminationGracePeriodSeconds: Invalid value: must be greater than 0",
				"spec.template.spec.containers[0].livenessProbe.successThreshold: Invalid value: must be 1",
				"spec.template.spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: must not be set for readinessProbes",
			},
		},
		"a handler has what it needs": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, livenessProbe: {exec: {}}, readinessProbe: {httpGet: {port: 0, path: '', scheme: ftp, httpHeaders: [{name: 'a b'}]}}, startupProbe: {grpc: {port: 0}}, lifecycle: {postStart: {tcpSocket: {port: A_}}, preStop: {sleep: {seconds: 31}}}}]}`,
			want: []string{
				"spec.template.spec.containers[0].lifecycle.postStart.tcpSocket.port: Invalid value: must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)",
				"spec.template.spec.containers[0].lifecycle.postStart.tcpSocket.port: Invalid value: must contain at least one letter (a-z)",
				"spec.template.spec.containers[0].lifecycle.preStop.sleep: Invalid value: must be non-negative and less than terminationGracePeriodSeconds (30)",
				"spec.template.spec.containers[0].livenessProbe.exec.command: Required value",
				"spec.template.spec.containers[0].readinessProbe.httpGet.port: Invalid value: must be between 1 and 65535, inclusive",
				`spec.template.spec.containers[0].readinessProbe.httpGet.scheme: Unsupported value: supported values: "HTTP", "HTTPS"`,
				"spec.template.spec.containers[0].readinessProbe.httpGet.httpHeaders: Invalid value: a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
				"spec.template.spec.containers[0].startupProbe.grpc.port: Invalid value: must be between 1 and 65535, inclusive",
			},
		},
	})
}
