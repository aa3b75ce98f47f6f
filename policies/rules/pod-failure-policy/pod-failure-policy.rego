# METADATA
# title: Disruptions do not use up retries
# description: |
#   A Pod that is evicted, preempted or drained from its node has failed as if its
#   program had, and counts against backoffLimit. A pod failure policy that ignores
#   the condition DisruptionTarget keeps the retries for failures of the work.
#
#   The policy can be given only when a Job is created, only with restartPolicy
#   Never and only with podReplacementPolicy Failed, which is filled in with it: do
#   not fill it in where restart-policy fills in OnFailure. A Job that is not to be
#   tried twice, by backoffLimit 0 or by its profile, is left alone: an ignored
#   disruption runs it again.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy
#   - ref: https://kubernetes.io/docs/tasks/job/pod-failure-policy/
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         once:
#           type: array
#           items: {type: string}
#           default: [migration, notification]
#           description: "Profiles, chosen by the label batchgate.dev/profile, whose Jobs are not to be tried twice."
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["pod-failure-policy"]

defaults.job.spec.podFailurePolicy.rules := _rules if {
	_becomes_never
	_tried_again
	_replaceable
}

defaults.job.spec.podReplacementPolicy := "Failed" if {
	_becomes_never
	_tried_again
	_replaceable
}

deny contains {"field": ["job", "spec", "podFailurePolicy"], "msg": msg, "fix": {"rules": _rules}} if {
	input.pod.spec.restartPolicy == "Never"
	_tried_again
	not _decided
	msg := $"{_uses_up_a_retry}; ignore DisruptionTarget"
}

# The policy alone would be refused by Kubernetes.
deny contains {"field": ["job", "spec", "podFailurePolicy"], "msg": msg} if {
	input.pod.spec.restartPolicy == "Never"
	_tried_again
	_decided
	msg := $"{_uses_up_a_retry}; ignore DisruptionTarget, which needs podReplacementPolicy Failed too"
}

# In a Job of a CronJob nobody can tell an author's word from Kubernetes' own.
_decided if {
	input.job.spec.podReplacementPolicy == "TerminatingOrFailed"
	input.intent["job.spec.podReplacementPolicy"] == "explicit"
	not _of_a_cronjob
}

_of_a_cronjob if input.owner.controller in {"cronjob", "manual"}

_uses_up_a_retry := "is not set, so each Pod that is evicted or drained uses up a retry"

_rules := [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}]

_tried_again if {
	not input.job.spec.podFailurePolicy
	not input.job.spec.backoffLimit == 0
	not input.owner.manager
	not input.owner.kind == "JobSet"
	not _once
}

_once if input.job.metadata.labels["batchgate.dev/profile"] in input.params.once

# Where nobody said anything, restart-policy says Never unless a resize forbids it.
_becomes_never if {
	not input.pod.spec.restartPolicy == "OnFailure"
	not _restarted_to_resize
}

_restarted_to_resize if {
	some container in input.containers
	some resize in container.resizePolicy
	resize.restartPolicy == "RestartContainer"
}

_replaceable if not input.intent["job.spec.podReplacementPolicy"] == "explicit"

_replaceable if input.job.spec.podReplacementPolicy == "Failed"
