# METADATA
# title: Only Jobs that call Kubernetes carry a token for it
# description: |
#   Every container gets a token of the Pod's ServiceAccount unless the Pod or the
#   ServiceAccount says otherwise. A Job that names no ServiceAccount seldom calls
#   the API, and what it may do there is what everybody gave the default account
#   of the namespace. A Job that does call the API has an account of its own.
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#opt-out-of-api-credential-automounting
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["service-account-token"]

deny contains {"field": ["pod", "spec", "automountServiceAccountToken"], "msg": msg, "fix": false} if {
	not input.pod.spec.automountServiceAccountToken == false
	not _has_account
	msg := $"is {_said}, must be false for the default service account"
}

_said := "true" if input.pod.spec.automountServiceAccountToken

else := "not set"

_has_account if {
	name := input.pod.spec.serviceAccountName
	not name in {"", "default"}
}
