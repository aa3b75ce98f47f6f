# METADATA
# title: Containers of a Job end
# description: |
#   A container may have a restartPolicy of its own, and rules by exit code, which go
#   before that of the Pod. Kubernetes accepts both in a Job. With Always, or a
#   rule that matches exit code 0, a container that has succeeded starts again, and the
#   Job never completes.
#
#   In a Pod with restartPolicy Never nothing counts these restarts: not backoffLimit,
#   which counts failed Pods. One that restarts on every failure then needs a
#   deadline to end. Native sidecars, which are init containers with Always, are what
#   Always is for.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
#   - ref: https://github.com/kubernetes/enhancements/issues/5307
# custom:
#   severity: high
#   since: v0.1.0
package batchgate.rules["container-restart"]

deny contains {"field": ["containers", container.name, "restartPolicy"], "msg": msg, "value": "Always", "fix": "Never"} if {
	some container in input.containers
	container.restartPolicy == "Always"
	container.role == "main"
	msg := "restartPolicy is Always: it starts again when it succeeds and the Job never completes; leave it out"
}

deny contains {"field": ["containers", container.name, "restartPolicyRules"], "msg": msg, "value": matching} if {
	some container in input.containers
	container.restartPolicyRules
	matching := [item |
		some item in container.restartPolicyRules
		_matches_success(item.exitCodes.operator, {code | some code in item.exitCodes.values})
	]
	matching != []
	container.role != "sidecar"
	msg := "restartPolicyRules start it again on exit code 0 and the Job never completes; let none match 0"
}

deny contains {"field": ["containers", container.name, "restartPolicy"], "msg": msg, "value": "OnFailure", "fix": "Never"} if {
	_nothing_ends_restarts
	some container in input.containers
	container.restartPolicy == "OnFailure"
	msg := $"restartPolicy is OnFailure, {_unending}"
}

deny contains {"field": ["containers", container.name, "restartPolicyRules"], "msg": msg, "value": matching} if {
	_nothing_ends_restarts
	some container in input.containers
	container.restartPolicyRules
	matching := [item |
		some item in container.restartPolicyRules
		item.exitCodes.operator == "NotIn"
		0 in item.exitCodes.values
	]
	matching != []
	container.role != "sidecar"
	many := _how_many({code | some item in matching; some code in item.exitCodes.values})
	msg := $"restartPolicyRules start it again on {many} failure, {_unending}"
}

_matches_success("In", codes) if 0 in codes

_matches_success("NotIn", codes) if not 0 in codes

# Whoever leaves out a code or two means those that no retry mends.
_how_many(codes) := "every" if codes == {0}

_how_many(codes) := "nearly every" if codes != {0}

_nothing_ends_restarts if {
	input.pod.spec.restartPolicy == "Never"
	not input.job.spec.activeDeadlineSeconds
	not input.pod.spec.activeDeadlineSeconds
}

_unending := "which backoffLimit does not count and nothing ends; set the Job's activeDeadlineSeconds"
