# METADATA
# title: Jobs start a bounded number of Pods
# description: |
#   Kubernetes lets a Job ask for a thousand million Pods at once: only an Indexed
#   Job has a bound, of 100000. Long before that the scheduler, the API server and
#   etcd, which all workloads share, slow down. Judged is what really runs: no more
#   Pods run at once than there are completions.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#controlling-parallelism
#   - ref: https://kubernetes.io/docs/setup/best-practices/cluster-large/
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         parallelism: {type: integer, minimum: 1, default: 500, description: "The most Pods of one Job that may run at once."}
#         completions: {type: integer, minimum: 1, default: 10000, description: "The most Pods that may have to succeed in one Job."}
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["parallelism-maximum"]

deny contains {"field": ["job", "spec", "parallelism"], "msg": msg, "value": parallelism, "fix": most} if {
	parallelism := input.job.spec.parallelism
	most := input.params.parallelism
	parallelism > most
	not _bounded
	msg := $"is {parallelism}, the most allowed is {most}"
}

deny contains {"field": ["job", "spec", "completions"], "msg": msg, "value": completions, "fix": most} if {
	completions := input.job.spec.completions
	most := input.params.completions
	completions > most
	msg := $"is {completions}, the most allowed is {most}; give each Pod more of the work"
}

_bounded if input.job.spec.completions <= input.params.parallelism
