package apiserver_test

import "testing"

func TestSecurityIsJudged(t *testing.T) {
	t.Parallel()
	checkJudgements(t, podWith, map[string]judgement{
		"users and groups are in range": {
			part: `{restartPolicy: Never, securityContext: {runAsUser: -1, runAsGroup: -1, fsGroup: -1, supplementalGroups: [1, -1], fsGroupChangePolicy: Never}, containers: [{name: main, image: i, securityContext: {runAsUser: -1, runAsGroup: -1}}]}`,
			want: []string{
				"spec.template.spec.containers[0].securityContext.runAsUser: Invalid value: must be between 0 and 2147483647, inclusive",
				"spec.template.spec.containers[0].securityContext.runAsGroup: Invalid value: must be between 0 and 2147483647, inclusive",
				"spec.template.spec.securityContext.fsGroup: Invalid value: must be between 0 and 2147483647, inclusive",
				"spec.template.spec.securityContext.runAsUser: Invalid value: must be between 0 and 2147483647, inclusive",
				"spec.template.spec.securityContext.runAsGroup: Invalid value: must be between 0 and 2147483647, inclusive",
				"spec.template.spec.securityContext.supplementalGroups[1]: Invalid value: must be between 0 and 2147483647, inclusive",
				`spec.template.spec.securityContext.fsGroupChangePolicy: Unsupported value: supported values: "Always", "OnRootMismatch"`,
			},
		},
		"a seccomp profile has a type": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], securityContext: {seccompProfile: {type: ''}}}`,
			want: []string{
				"spec.template.spec.securityContext.seccompProfile.type: Required value: type is required when seccompProfile is set",
			},
		},
		"a seccomp profile of another type is not supported": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], securityContext: {seccompProfile: {type: Strict}}}`,
			want: []string{
				`spec.template.spec.securityContext.seccompProfile.type: Unsupported value: supported values: "Localhost", "RuntimeDefault", "Unconfined"`,
			},
		},
		"a local seccomp profile is named": {
			part: `{restartPolicy: Never, securityContext: {seccompProfile: {type: Localhost}}, containers: [{name: main, image: i, securityContext: {seccompProfile: {type: Localhost, localhostProfile: /abs}}}]}`,
			want: []string{
				"spec.template.spec.containers[0].securityContext.seccompProfile.localhostProfile: Invalid value: must be a relative path",
				"spec.template.spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost",
			},
		},
		"only a local seccomp profile is named": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i}], securityContext: {seccompProfile: {type: Unconfined, localhostProfile: p}}}`,
			want: []string{
				"spec.template.spec.securityContext.seccompProfile.localhostProfile: Invalid value: can only be set when seccomp type is Localhost",
			},
		},
		"/proc is unmasked only with users of its own": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, securityContext: {procMount: Unmasked}}]}`,
			want: []string{
				"spec.template.spec.containers[0].securityContext.procMount: Invalid value: `hostUsers` must be false to use `Unmasked`",
			},
		},
		"/proc is unmasked for users of its own": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, securityContext: {procMount: Unmasked}}], hostUsers: false}`,
		},
		"privileges that are not escalated are not there already": {
			part: `{restartPolicy: Never, containers: [{name: main, image: i, securityContext: {allowPrivilegeEscalation: false, privileged: true, capabilities: {add: [CAP_SYS_ADMIN]}}}]}`,
			want: []string{
				"spec.template.spec.containers[0].securityContext: Invalid value: cannot set `allowPrivilegeEscalation` to false and `privileged` to true",
				"spec.template.spec.containers[0].securityContext: Invalid value: cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN",
			},
		},
	})
}
