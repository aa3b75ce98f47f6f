# METADATA
# title: Deadlines of Pods lie within the deadline of their Job
# description: |
#   activeDeadlineSeconds means another thing two lines further in: in the Pod
#   template it ends one Pod. That counts as a failed Pod, and the next attempt has
#   a clock of its own, so it does not end the Job. Where the Job has a deadline of
#   its own, one of the Pods that is not below it never comes to anything.
#
#   A Pod that is told to stop keeps its node's place for as long as its grace
#   period allows; a Job whose deadline has passed, or that is deleted, waits for it.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#job-termination-and-cleanup
#   - ref: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-termination
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         maxGracePeriod: {type: integer, minimum: 1, default: 600, description: "The longest terminationGracePeriodSeconds, in seconds."}
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["pod-deadline"]

deny contains {"field": ["pod", "spec", "activeDeadlineSeconds"], "msg": msg, "value": deadline} if {
	deadline := input.pod.spec.activeDeadlineSeconds
	not input.job.spec.activeDeadlineSeconds
	msg := $"ends a Pod after {deadline}s, not the Job; set the Job's own beside template"
}

# A Job's own deadline of 0 is the business of active-deadline-bounds.
deny contains {"field": ["pod", "spec", "activeDeadlineSeconds"], "msg": msg, "value": deadline} if {
	deadline := input.pod.spec.activeDeadlineSeconds
	whole := input.job.spec.activeDeadlineSeconds
	whole > 0
	deadline >= whole
	msg := $"is {deadline}, but the Job ends after {whole} already; name less or leave it out"
}

deny contains {"field": ["pod", "spec", "terminationGracePeriodSeconds"], "msg": msg, "value": grace, "fix": most} if {
	grace := input.pod.spec.terminationGracePeriodSeconds
	most := input.params.maxGracePeriod
	grace > most
	msg := $"is {grace}, the most allowed is {most}"
}
