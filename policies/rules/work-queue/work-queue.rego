# METADATA
# title: As many Pods run as the Job asks for
# description: |
#   A work queue is a Job with parallelism and without completions: its Pods take
#   work until there is none, and the first that succeeds tells the others to
#   finish. With completions 1 Kubernetes starts a single Pod, whatever the
#   parallelism says, and completions cannot be taken away later.
#
#   More generally no more Pods run at once than there are completions left. The
#   surplus runs nothing, but whoever plans capacity or quota by it counts it.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#parallel-jobs
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#controlling-parallelism
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["work-queue"]

deny contains {"field": ["job", "spec", "completions"], "msg": msg, "value": 1} if {
	parallelism := input.job.spec.parallelism
	parallelism > 1
	input.job.spec.completions == 1
	not input.job.spec.completionMode == "Indexed"
	msg := $"is 1, so 1 Pod runs, not {parallelism}; leave it out for a work queue, else raise it"
}

deny contains {"field": ["job", "spec", "parallelism"], "msg": msg, "value": parallelism, "fix": completions} if {
	parallelism := input.job.spec.parallelism
	parallelism > 1
	completions := input.job.spec.completions
	_surplus(parallelism, completions)
	msg := $"is {parallelism}, but completions {completions} lets no more than {completions} run at once"
}

# No completions at all, and a work queue that is none, are told in other words.
_surplus(parallelism, completions) if {
	parallelism > completions
	completions > 1
}

_surplus(_, completions) if {
	completions == 1
	input.job.spec.completionMode == "Indexed"
}
