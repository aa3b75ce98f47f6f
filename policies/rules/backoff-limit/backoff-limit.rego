# METADATA
# title: Retries are bounded
# description: |
#   Every retry of a Job that cannot succeed costs a Pod and a wait that doubles
#   from 10 seconds to 10 minutes. Kubernetes retries six times where nobody says
#   otherwise; a Job that says nothing is given the platform's own limit, and a
#   larger one than the platform allows is refused.
#
#   With backoffLimitPerIndex the limit of each index is the one that is judged:
#   Kubernetes then leaves the limit of the whole Job open. With restartPolicy
#   OnFailure the restarts of native sidecars count as well, so a Job that has
#   both is not given a limit.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-backoff-failure-policy
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         value: {type: integer, minimum: 0, maximum: 2147483647, default: 4, description: "Number of retries given to a Job that names none; max where max is less."}
#         max: {type: integer, minimum: 0, default: 10, description: "The largest number of retries that a Job, or one of its indexes, may ask for."}
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["backoff-limit"]

# A policy that lowers the most does not fill in what it refuses.
defaults.job.spec.backoffLimit := min([input.params.value, input.params.max]) if {
	not input.job.spec.backoffLimitPerIndex
	not _sidecars_use_it_up
}

deny contains {"field": ["job", "spec", "backoffLimit"], "msg": msg, "value": limit, "fix": input.params.max} if {
	not input.job.spec.backoffLimitPerIndex
	limit := input.job.spec.backoffLimit
	limit > input.params.max
	msg := $"is {limit}, the most allowed is {input.params.max}"
}

# The Jobs of a CronJob whose template is silent get the default of Kubernetes.
deny contains {"field": ["job", "spec", "backoffLimit"], "msg": msg, "fix": input.params.max} if {
	input.job.spec
	not input.job.spec.backoffLimitPerIndex
	not input.job.spec.backoffLimit
	input.params.max < 6
	msg := $"is not set and becomes 6, the most allowed is {input.params.max}"
}

deny contains {"field": ["job", "spec", "backoffLimitPerIndex"], "msg": msg, "value": limit, "fix": input.params.max} if {
	limit := input.job.spec.backoffLimitPerIndex
	limit > input.params.max
	msg := $"is {limit}, the most allowed is {input.params.max}"
}

_sidecars_use_it_up if {
	input.pod.spec.restartPolicy == "OnFailure"
	some container in input.containers
	container.role == "sidecar"
}
