package apiserver_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestFieldsThatAreNotJudgedAreNamed(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		document string
		want     []string
	}{
		"an ordinary Job is judged": {
			document: podWith("{restartPolicy: Never, containers: [{name: a, image: i, securityContext: {runAsUser: 1}}], volumes: [{name: a}, {name: b, secret: {}}]}"),
		},
		"what only the scheduler and the network look at": {
			document: podWith("{affinity: {}, topologySpreadConstraints: [{}], dnsPolicy: None, hostAliases: [{}], hostnameOverride: a, readinessGates: [{}], resourceClaims: [{}], ephemeralContainers: [{}]}"),
			want: []string{
				"spec.template.spec.affinity", "spec.template.spec.dnsConfig", "spec.template.spec.ephemeralContainers",
				"spec.template.spec.hostAliases", "spec.template.spec.hostnameOverride", "spec.template.spec.readinessGates",
				"spec.template.spec.resourceClaims", "spec.template.spec.topologySpreadConstraints",
			},
		},
		"parts of security contexts, of init containers too": {
			document: podWith("{securityContext: {appArmorProfile: {}, seLinuxChangePolicy: x, supplementalGroupsPolicy: x, sysctls: [{}], windowsOptions: {}}, initContainers: [{securityContext: {appArmorProfile: {}, windowsOptions: {}}}]}"),
			want: []string{
				"spec.template.spec.initContainers[0].securityContext.appArmorProfile", "spec.template.spec.initContainers[0].securityContext.windowsOptions",
				"spec.template.spec.securityContext.appArmorProfile", "spec.template.spec.securityContext.seLinuxChangePolicy",
				"spec.template.spec.securityContext.supplementalGroupsPolicy", "spec.template.spec.securityContext.sysctls",
				"spec.template.spec.securityContext.windowsOptions",
			},
		},
		"volumes that batch work seldom has, in a CronJob": {
			document: cronJobWith("jobTemplate: {spec: {template: {spec: {volumes: [{name: a, projected: {}}, {name: b, csi: {driver: d}}]}}}}"),
			want: []string{
				"spec.jobTemplate.spec.template.spec.volumes[0].projected", "spec.jobTemplate.spec.template.spec.volumes[1].csi",
			},
		},
		"annotations with a form of their own": {
			document: "{apiVersion: batch/v1, kind: Job, spec: {template: {metadata: {annotations: {scheduler.alpha.kubernetes.io/tolerations: x, container.apparmor.security.beta.kubernetes.io/a: x, seccomp.security.alpha.kubernetes.io/pod: x, container.seccomp.security.alpha.kubernetes.io/a: x, other: x}}}}}",
			want: []string{
				"spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/a]",
				"spec.template.metadata.annotations[container.seccomp.security.alpha.kubernetes.io/a]",
				"spec.template.metadata.annotations[scheduler.alpha.kubernetes.io/tolerations]",
				"spec.template.metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]",
			},
		},
		"a resource version": {
			document: "{apiVersion: batch/v1, kind: Job, metadata: {resourceVersion: '1'}}",
			want:     []string{"metadata.resourceVersion"},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := decode(t, c.document)
			if diff := cmp.Diff(c.want, object.NotCovered(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("fields (-want +got):\n%s", diff)
			}
		})
	}
}
