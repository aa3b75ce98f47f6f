# METADATA
# title: Work that must not be repeated is not retried
# description: |
#   A mail that is sent twice and a migration that is applied twice are worse than
#   one that failed. Such a Job has one Pod, no retry, no restart in place, no
#   replacement before the old Pod is gone, and as a CronJob no run beside another.
#   What is not said is filled in where Kubernetes would say otherwise.
#
#   No setting makes it certain. Kubernetes documents that the same program may
#   sometimes be started twice, and that a CronJob creates a Job about once for
#   each time of its schedule. The work itself must notice that it has been done.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#handling-pod-and-container-failures
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#job-creation
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         retries: {type: integer, minimum: 0, default: 0, description: "The most retries a Job may ask for, where its work notices what it has done."}
# custom:
#   severity: high
#   since: v0.1.0
package batchgate.rules["at-most-once"]

defaults.job.spec.podReplacementPolicy := "Failed"

defaults.cronjob.spec.concurrencyPolicy := "Forbid"

deny contains {"field": ["job", "spec", "parallelism"], "msg": msg, "value": pods, "fix": 1} if {
	pods := input.job.spec.parallelism
	pods > 1
	msg := _told(pods, 1)
}

deny contains {"field": ["job", "spec", "completions"], "msg": msg, "value": completions, "fix": 1} if {
	completions := input.job.spec.completions
	completions > 1
	msg := _told(completions, 1)
}

deny contains {"field": ["job", "spec", "backoffLimit"], "msg": msg, "value": limit, "fix": input.params.retries} if {
	not input.job.spec.backoffLimitPerIndex
	limit := input.job.spec.backoffLimit
	limit > input.params.retries
	msg := _told(limit, _retries)
}

# The Jobs of a CronJob whose template is silent get the defaults of Kubernetes.
deny contains {"field": ["job", "spec", "backoffLimit"], "msg": msg, "fix": input.params.retries} if {
	input.cronjob
	not input.job.spec.backoffLimitPerIndex
	not input.job.spec.backoffLimit
	input.params.retries < 6
	msg := _told("not set and becomes 6", _retries)
}

deny contains {"field": ["job", "spec", "backoffLimitPerIndex"], "msg": msg, "value": limit, "fix": input.params.retries} if {
	limit := input.job.spec.backoffLimitPerIndex
	limit > input.params.retries
	msg := _told(limit, _retries)
}

deny contains {"field": ["job", "spec", "podReplacementPolicy"], "msg": msg, "fix": "Failed"} if {
	input.cronjob
	not input.job.spec.podReplacementPolicy
	not input.job.spec.podFailurePolicy
	msg := _told("not set and becomes TerminatingOrFailed", "Failed")
}

deny contains {"field": ["job", "spec", "podReplacementPolicy"], "msg": msg, "value": policy, "fix": "Failed"} if {
	policy := input.job.spec.podReplacementPolicy
	policy != "Failed"
	msg := _told(policy, "Failed")
}

deny contains {"field": ["job", "spec", "podFailurePolicy"], "msg": msg, "value": ignored} if {
	ignored := [item | some item in input.job.spec.podFailurePolicy.rules; item.action == "Ignore"]
	ignored != []
	msg := $"retries the failures it ignores, must ignore none; {_about}"
}

deny contains {"field": ["cronjob", "spec", "concurrencyPolicy"], "msg": msg, "value": policy, "fix": "Forbid"} if {
	policy := input.cronjob.spec.concurrencyPolicy
	policy != "Forbid"
	msg := _told(policy, "Forbid")
}

deny contains {"field": ["pod", "spec", "restartPolicy"], "msg": msg, "value": "OnFailure", "fix": "Never"} if {
	input.pod.spec.restartPolicy == "OnFailure"
	msg := _told("OnFailure", "Never")
}

deny contains {"field": ["containers", container.name, "restartPolicy"], "msg": msg, "value": policy, "fix": "Never"} if {
	some container in input.containers
	policy := container.restartPolicy
	policy != "Never"
	container.role != "sidecar"
	msg := $"restartPolicy {_told(policy, "Never")}"
}

deny contains {"field": ["containers", container.name, "restartPolicyRules"], "msg": msg, "value": repeating} if {
	some container in input.containers
	repeating := [item | some item in container.restartPolicyRules; _repeats(container.role, item.action)]
	repeating != []
	msg := $"restartPolicyRules run again what has run, must be left out; {_about}"
}

_repeats(role, _) if role != "sidecar"

_repeats(_, "RestartAllContainers")

_retries := 0 if input.params.retries == 0

else := $"at most {input.params.retries}"

_told(seen, wanted) := $"is {seen}, must be {wanted}; {_about}"

_about := "even so Kubernetes runs it only about once"
