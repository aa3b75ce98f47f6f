# METADATA
# # NEW: the title is the good state, in one line: what is true of every Job where the rule is kept
# title: Jobs run a bounded number of Pods
# # NEW: the description says why: what happens, and to whom, where it is not true
# description: |
#   Every Pod of a Job that may start does start, and takes its place from others.
# # NEW: give the pages where a reader learns more, one at least
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/
# # NEW: parameters are what a policy may set, each with its unit and a default; without any, remove schemas
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         max: {type: integer, minimum: 1, default: 100, description: "The most Pods of a Job that run at a time."}
# # NEW: severity is low, medium or high; since is the version of the policy that brings the rule
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["new-rule"]

# A message goes on where the name of its field ends. It names the value that is
# there, the one that is allowed and the smallest change that passes. What a rule
# can read, `job`, `cronjob`, `pod`, `containers` and others, is listed with its
# types by `batchgate explain --schema`. A rule that reads what an object has not
# got is silent.
# NEW: put what is wrong in place of this condition; nothing is refused as long as it says false
deny contains {"field": ["job", "spec", "parallelism"], "msg": msg, "value": pods, "fix": input.params.max} if {
	false
	pods := input.job.spec.parallelism
	pods > input.params.max
	msg := $"is {pods}, the most allowed is {input.params.max}"
}

# defaults.pod.spec.priorityClassName := "batch"
# NEW: fill in what authors leave out and no other rule fills in, as in the line above, or remove it: a default never replaces what somebody wrote
