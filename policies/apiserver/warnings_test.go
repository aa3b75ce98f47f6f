package apiserver_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestTheAPIServerWarns(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		document string
		want     []string
	}{
		"nothing of an ordinary Job": {document: podWith("{containers: [{name: a, image: i, env: [{name: A, value: x}], ports: [{containerPort: 1}]}], imagePullSecrets: [{name: s}]}")},
		"of a name that is no host name": {
			document: "{apiVersion: batch/v1, kind: Job, metadata: {name: a.b}}",
			want:     []string{"metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]"},
		},
		"of more indexes than can be kept track of": {
			document: cronJobWith("jobTemplate: {spec: {completionMode: Indexed, completions: 100001, parallelism: 10001}}"),
			want:     []string{"spec.jobTemplate.spec: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail"},
		},
		"of labels of nodes that were renamed": {
			document: podWith(`{nodeSelector: {beta.kubernetes.io/os: linux, beta.kubernetes.io/arch: x, failure-domain.beta.kubernetes.io/region: r, failure-domain.beta.kubernetes.io/zone: z,
				beta.kubernetes.io/instance-type: t, app.kubernetes.io/created-by: c, scheduler.alpha.kubernetes.io/preferAvoidPods: p, node-role.kubernetes.io/master: m, kubernetes.io/os: linux}}`),
			want: []string{
				"spec.template.spec.nodeSelector[app.kubernetes.io/created-by]: deprecated since v1.9",
				`spec.template.spec.nodeSelector[beta.kubernetes.io/arch]: deprecated since v1.14; use "kubernetes.io/arch" instead`,
				`spec.template.spec.nodeSelector[beta.kubernetes.io/instance-type]: deprecated since v1.17; use "node.kubernetes.io/instance-type" instead`,
				`spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead`,
				`spec.template.spec.nodeSelector[failure-domain.beta.kubernetes.io/region]: deprecated since v1.17; use "topology.kubernetes.io/region" instead`,
				`spec.template.spec.nodeSelector[failure-domain.beta.kubernetes.io/zone]: deprecated since v1.17; use "topology.kubernetes.io/zone" instead`,
				`spec.template.spec.nodeSelector[node-role.kubernetes.io/master]: use "node-role.kubernetes.io/control-plane" instead`,
				"spec.template.spec.nodeSelector[scheduler.alpha.kubernetes.io/preferAvoidPods]: deprecated since v1.22; use Taints and Tolerations instead",
			},
		},
		"of affinities that match nothing or the past": {
			document: podWith(`{topologySpreadConstraints: [{topologyKey: failure-domain.beta.kubernetes.io/zone}, {topologyKey: zone, labelSelector: {}}], affinity: {
				nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [{matchExpressions: [{key: beta.kubernetes.io/os, operator: In, values: ['a b']}]}]},
					preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, preference: {matchExpressions: [{key: x, operator: In, values: ['-']}]}}]},
				podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: t}]},
				podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {topologyKey: t}}]}}}`),
			want: []string{
				`spec.template.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/os is deprecated since v1.14; use "kubernetes.io/os" instead`,
				"spec.template.spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].values[0]: - is invalid, a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
				`spec.template.spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead`,
				"spec.template.spec.topologySpreadConstraints[0].labelSelector: a null labelSelector results in matching no pod",
				"spec.template.spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].labelSelector: a null labelSelector results in matching no pod",
				"spec.template.spec.affinity.podAntiAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].podAffinityTerm.labelSelector: a null labelSelector results in matching no pod",
			},
		},
		"of annotations that do nothing any more": {
			document: `{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {template: {metadata: {annotations: {scheduler.alpha.kubernetes.io/critical-pod: x, security.alpha.kubernetes.io/sysctls: x,
				seccomp.security.alpha.kubernetes.io/pod: x, container.seccomp.security.alpha.kubernetes.io/a: x, container.apparmor.security.beta.kubernetes.io/a: unconfined}}, spec: {containers: [{name: a}]}}}}`,
			want: []string{
				`spec.template.metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead`,
				`spec.template.metadata.annotations[security.alpha.kubernetes.io/sysctls]: non-functional in v1.11+; use the "sysctls" field instead`,
				`spec.template.metadata.annotations[seccomp.security.alpha.kubernetes.io/pod]: non-functional in v1.27+; use the "seccompProfile" field instead`,
				`spec.template.metadata.annotations[container.seccomp.security.alpha.kubernetes.io/a]: non-functional in v1.27+; use the "seccompProfile" field instead`,
				`spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/a]: deprecated since v1.30; use the "appArmorProfile" field instead`,
			},
		},
		"not of an annotation that says what the Pod's profile says": {
			document: `{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {template: {metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/a: localhost/p, container.apparmor.security.beta.kubernetes.io/b: x}},
				spec: {securityContext: {appArmorProfile: {type: Localhost, localhostProfile: p}}, containers: [{name: a}, {name: b, securityContext: {appArmorProfile: {type: Unconfined}}}]}}}}`,
		},
		"of an annotation that says something else": {
			document: `{apiVersion: batch/v1, kind: Job, metadata: {name: a}, spec: {template: {metadata: {annotations: {container.apparmor.security.beta.kubernetes.io/a: runtime/default}},
				spec: {securityContext: {appArmorProfile: {type: Unconfined}}, containers: [{name: a}]}}}}`,
			want: []string{`spec.template.metadata.annotations[container.apparmor.security.beta.kubernetes.io/a]: deprecated since v1.30; use the "appArmorProfile" field instead`},
		},
		"of names that stand twice or are empty": {
			document: podWith("{hostAliases: [{ip: 1.1.1.1}, {ip: 1.1.1.1}], imagePullSecrets: [{name: a}, {name: a}, {}]}"),
			want: []string{
				`spec.template.spec.hostAliases[1].ip: duplicate ip "1.1.1.1"`,
				`spec.template.spec.imagePullSecrets[1].name: duplicate name "a"`,
				`spec.template.spec.imagePullSecrets[2].name: invalid empty name ""`,
			},
		},
		"of parts of bytes": {
			document: podWith("{overhead: {memory: 100m}, containers: [{name: a, resources: {limits: {memory: 100m}, requests: {ephemeral-storage: 1500m}}}], volumes: [{name: a, ephemeral: {volumeClaimTemplate: {spec: {resources: {requests: {storage: 1500m}}}}}}]}"),
			want: []string{
				`spec.template.spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer`,
				`spec.template.spec.overhead[memory]: fractional byte value "100m" is invalid, must be an integer`,
				`spec.template.spec.containers[0].resources.limits[memory]: fractional byte value "100m" is invalid, must be an integer`,
				`spec.template.spec.containers[0].resources.requests[ephemeral-storage]: fractional byte value "1500m" is invalid, must be an integer`,
			},
		},
		"of a variable that hides another, not of one that builds on it": {
			document: podWith("{containers: [{name: a, env: [{name: A, value: x}, {name: A, value: 'y:$(A)'}, {name: A, value: '$(A)'}, {name: A, value: z}]}]}"),
			want: []string{
				`spec.template.spec.containers[0].env[2]: hides previous definition of "A", which may be dropped when using apply`,
				`spec.template.spec.containers[0].env[3]: hides previous definition of "A", which may be dropped when using apply`,
			},
		},
		"of ports that meet": {
			document: podWith(`{initContainers: [{name: s, ports: [{containerPort: 1, name: web}]}], containers: [{name: a, ports: [{containerPort: 1, name: web}, {containerPort: 2, hostPort: 2}, {containerPort: 2},
				{containerPort: 3, hostPort: 3, hostIP: 1.1.1.1}, {containerPort: 3, hostPort: 3}, {containerPort: 3, hostPort: 4}, {containerPort: 5, hostIP: 1.1.1.1}]}]}`),
			want: []string{
				"spec.template.spec.containers[0].ports[0]: duplicate port definition with spec.template.spec.initContainers[0].ports[0]",
				"spec.template.spec.containers[0].ports[2]: overlapping port definition with spec.template.spec.containers[0].ports[1]",
				"spec.template.spec.containers[0].ports[4]: dangerously ambiguous port definition with spec.template.spec.containers[0].ports[3]",
				`spec.template.spec.containers[0].ports[6]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:5 Protocol:TCP HostIP:1.1.1.1}`,
				`spec.template.spec.containers[0].ports[0]: duplicate port name "web" with spec.template.spec.initContainers[0].ports[0], services and probes that select ports by name will use spec.template.spec.initContainers[0].ports[0]`,
			},
		},
		"of a grace that is negative": {
			document: podWith("{terminationGracePeriodSeconds: -1}"),
			want:     []string{"spec.template.spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1"},
		},
		"of addresses in old forms, not of what is no address": {
			document: podWith("{dnsConfig: {nameservers: [010.0.0.1, x]}, hostAliases: [{ip: '::ffff:1.2.3.4'}, {ip: 'FE80::1'}, {ip: ''}]}"),
			want: []string{
				`spec.template.spec.dnsConfig.nameservers[0]: non-standard IP address "010.0.0.1" is invalid: use "10.0.0.1"`,
				`spec.template.spec.hostAliases[0].ip: non-standard IP address "::ffff:1.2.3.4" is invalid: use "1.2.3.4"`,
				`spec.template.spec.hostAliases[1].ip: IPv6 address "FE80::1" should be in RFC 5952 canonical format ("fe80::1")`,
			},
		},
		"of volumes that nothing mounts any more": {
			document: podWith("{volumes: [{name: a, gitRepo: {repository: r}}, {name: b, cephfs: {monitors: [m]}}, {name: c, rbd: {monitors: [m], image: i}}, {name: d, flocker: {}}]}"),
			want: []string{
				"spec.template.spec.volumes[0].gitRepo: deprecated in v1.11, and disabled by default in v1.33+",
				"spec.template.spec.volumes[1].cephfs: deprecated in v1.28, non-functional in v1.31+",
				"spec.template.spec.volumes[2].rbd: deprecated in v1.28, non-functional in v1.31+",
				"spec.template.spec.volumes[3].flocker: deprecated in v1.22, non-functional in v1.25+",
			},
		},
		"of files in each other's place": {
			document: podWith(`{volumes: [{name: a, secret: {secretName: s, items: [{key: k, path: x}, {key: l, path: x/y}]}}, {name: b, configMap: {name: c, items: [{key: k, path: x}, {key: l, path: x}]}},
				{name: c, downwardAPI: {items: [{path: p}, {path: p/}]}}, {name: d, projected: {sources: [{}, {serviceAccountToken: {path: t}}, {secret: {name: s, items: [{key: k, path: t}]}},
				{configMap: {name: c, items: [{key: k, path: t/u}]}}, {downwardAPI: {items: [{path: v}]}}, {clusterTrustBundle: {name: b, path: v}}, {clusterTrustBundle: {signerName: s, path: v}},
				{podCertificate: {signerName: s, keyType: k, keyPath: v, certificateChainPath: w, credentialBundlePath: w}}]}}]}`),
			want: []string{
				`volume "a" (Secret "s"): overlapping paths: "x/y" with "x"`,
				`volume "b" (ConfigMap "c"): overlapping paths: "x" with "x"`,
				`volume "c" (DownwardAPI): overlapping paths: "p" with "p"`,
				`volume "d" (Projected) has no sources provided`,
				`volume "d" (Projected): overlapping paths: "t" (Secret "s") with "t" (ServiceAccountToken)`,
				`volume "d" (Projected): overlapping paths: "t/u" (ConfigMap "c") with "t" (ServiceAccountToken)`,
				`volume "d" (Projected): overlapping paths: "t/u" (ConfigMap "c") with "t" (Secret "s")`,
				`volume "d" (Projected): overlapping paths: "v" (ClusterTrustBundle "b") with "v" (DownwardAPI)`,
				`volume "d" (Projected): overlapping paths: "v" (ClusterTrustBundle "s") with "v" (DownwardAPI)`,
				`volume "d" (Projected): overlapping paths: "v" (ClusterTrustBundle "s") with "v" (ClusterTrustBundle "b")`,
				`volume "d" (Projected): overlapping paths: "v" (PodCertificate key) with "v" (DownwardAPI)`,
				`volume "d" (Projected): overlapping paths: "v" (PodCertificate key) with "v" (ClusterTrustBundle "b")`,
				`volume "d" (Projected): overlapping paths: "v" (PodCertificate key) with "v" (ClusterTrustBundle "s")`,
				`volume "d" (Projected): overlapping paths: "w" (PodCertificate credential bundle) with "w" (PodCertificate chain)`,
			},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			object := decode(t, c.document)
			object.Default()
			if diff := cmp.Diff(c.want, object.Warnings(), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("warnings (-want +got):\n%s", diff)
			}
		})
	}
}
