# METADATA
# title: One bad index does not fail the others
# description: |
#   backoffLimit counts the failures of all indexes together: in a Job of a hundred
#   independent tasks, one that always fails uses up the retries of the other ninety-nine.
#   backoffLimitPerIndex gives each its own. Without maxFailedIndexes every index is
#   then tried to its limit, also when all fail for the same reason. backoffLimit is
#   open beside it unless somebody writes one, which then ends the Job as before.
#
#   A Job whose indexes all run at once is taken for one program in parts, which is
#   right to fail as a whole. Limits per index need restartPolicy Never, which
#   Kubernetes documents and does not check.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#backoff-limit-per-index
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         indexes: {type: integer, minimum: 2, default: 20, description: "The number of completions from which an Indexed Job is judged."}
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["backoff-per-index"]

deny contains {"field": ["job", "spec", "backoffLimitPerIndex"], "msg": msg, "fix": 1} if {
	input.job.spec.completionMode == "Indexed"
	not input.job.spec.backoffLimitPerIndex
	completions := input.job.spec.completions
	completions >= input.params.indexes
	not _all_at_once
	_limit > 0
	msg := $"is not set: {completions} indexes share {_limit} retries, one that always fails ends the Job; set 1 for each{_and_no_other}"
}

deny contains {"field": ["job", "spec", "maxFailedIndexes"], "msg": msg, "fix": fix} if {
	limit := input.job.spec.backoffLimitPerIndex
	not input.job.spec.maxFailedIndexes
	completions := input.job.spec.completions
	completions >= input.params.indexes
	fix := ceil(completions / 10)
	pods := completions * (limit + 1)
	msg := $"is not set: when all {completions} fail, {pods} Pods are started for nothing; {fix} would end it early"
}

deny contains {"field": ["pod", "spec", "restartPolicy"], "msg": msg, "value": "OnFailure", "fix": "Never"} if {
	limit := input.job.spec.backoffLimitPerIndex
	input.pod.spec.restartPolicy == "OnFailure"
	msg := $"is OnFailure, whose restarts backoffLimitPerIndex {limit} does not count; it must be Never"
}

_and_no_other := ", leave backoffLimit out" if {
	input.intent["job.spec.backoffLimit"] == "explicit"
	not _left_to_kubernetes
}

else := ""

# In a Job of a CronJob nobody can tell six retries that were written from the default.
_left_to_kubernetes if {
	input.owner.controller in {"cronjob", "manual"}
	input.job.spec.backoffLimit == 6
}

_all_at_once if input.job.spec.parallelism >= input.job.spec.completions

# The Jobs of a CronJob whose template is silent get the default of Kubernetes.
_limit := limit if limit := input.job.spec.backoffLimit

else := 6
