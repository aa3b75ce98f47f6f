# METADATA
# title: Jobs say how their Pods restart
# description: |
#   A Pod template that names no restartPolicy gets Always, which no Job may have,
#   so Kubernetes refuses the Job. It is given Never instead: every attempt is a
#   Pod of its own, whose logs stay. With OnFailure the container restarts in
#   place, and its Pod is removed with its logs when the limit is reached.
#
#   A Pod that restarts a container to resize it gets OnFailure, because
#   Kubernetes forbids that with Never; a Pod failure policy and a limit per
#   index get Never, which they need. An Always that somebody wrote is left for
#   Kubernetes to refuse.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#handling-pod-and-container-failures
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         value:
#           type: string
#           enum: [Never, OnFailure]
#           default: Never
#           description: "The restartPolicy given to a Job that names none; another one that is allowed where this is not."
#         allowed:
#           type: array
#           items: {type: string, enum: [Never, OnFailure]}
#           minItems: 1
#           default: [Never, OnFailure]
#           description: "The values of restartPolicy that a Job may ask for."
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["restart-policy"]

# A policy that allows fewer values does not fill in what it refuses.
defaults.pod.spec.restartPolicy := _policy if _policy in input.params.allowed

deny contains {"field": ["pod", "spec", "restartPolicy"], "msg": msg, "value": policy, "allowed": allowed} if {
	policy := input.pod.spec.restartPolicy
	policy != "Always"
	allowed := sort({value | some value in input.params.allowed})
	not policy in allowed
	names := concat(" or ", allowed)
	msg := $"is {policy}, it must be {names}"
}

_policy := "Never" if _needs_never

else := "OnFailure" if {
	some container in input.containers
	some resize in container.resizePolicy
	resize.restartPolicy == "RestartContainer"
}

else := input.params.value if input.params.value in input.params.allowed

else := input.params.allowed[0]

_needs_never if input.job.spec.podFailurePolicy

_needs_never if input.job.spec.backoffLimitPerIndex
