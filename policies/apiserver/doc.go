// Package apiserver is what kube-apiserver 1.37 does to a batch/v1 Job or
// CronJob around admission, without an API server: it decodes strictly, fills
// in the API's defaults, prepares the object for storage, validates it, and
// knows the Job that a CronJob makes. The order of a create is
//
//	ToJSON, Decode (Applied for a server-side apply, Pruned before for kubectl apply),
//	Default, Admit, LeaveEvidence
//	(mutating webhooks; their patch is applied, decoded and defaulted again)
//	Prepare, Validate, Warnings
//	(validating webhooks)
//
// The behaviour is that of version 1.37.2 with its default feature gates. It is
// held to recorded answers of a real API server (testdata/cases.jsonl) and, in
// the module under e2e, to the API server's own code on generated documents:
// serializers, defaults, strategies, validation, field manager.
//
// # What it does not know
//
// Everything about UPDATE. Whatever needs the cluster: quotas, Pod Security,
// names that are taken, service accounts, priority classes, in-tree admission.
// A resourceVersion in a new object, which the API server refuses while storing.
// A deletionTimestamp in a document that is applied on the server, for which no
// mutating webhook with a condition on it is called.
// Owner references that stand twice, which it drops with a warning.
// The time in managedFields. The words for a document that cannot be applied on
// the server, which name items by key there and by place here.
//
// Validate judges all of a Job and a CronJob and of their pod templates
// everything but: affinity, topologySpreadConstraints, dnsConfig, hostAliases,
// hostnameOverride, readinessGates, resourceClaims and ephemeralContainers; of
// security contexts appArmorProfile, windowsOptions, sysctls,
// supplementalGroupsPolicy and seLinuxChangePolicy; the contents of volume
// sources other than emptyDir, hostPath, secret, configMap and
// persistentVolumeClaim; and the old annotations for tolerations, seccomp and
// AppArmor. NotCovered names such fields of an object.
//
// A success policy of an Indexed Job without completions makes the API server
// panic and answer 500; here it is refused for its missing completions.
package apiserver
