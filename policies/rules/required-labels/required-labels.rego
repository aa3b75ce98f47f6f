# METADATA
# title: Jobs carry the labels of the platform
# description: |
#   Labels say whose a Job is and find what belongs together: the Job, the Jobs of
#   a CronJob, and the Pods, whose logs and metrics are what people look for. They
#   are not inherited: the Jobs of a CronJob get those of its jobTemplate, Pods
#   those of the pod template. Only a Job without any label is given those of its
#   pod template.
#
#   Which labels these are is for the platform to say; without any the rule is
#   silent.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         required:
#           type: array
#           items: {type: string, minLength: 1}
#           default: []
#           description: "The labels that a CronJob, its jobTemplate, a Job and its pod template must have, with any value."
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["required-labels"]

deny contains {"field": ["job", "metadata", "labels"], "msg": msg} if {
	some label in input.params.required
	not input.job.metadata.labels[label]
	msg := $"must have the label {label}"
}

deny contains {"field": ["pod", "metadata", "labels"], "msg": msg} if {
	some label in input.params.required
	not input.pod.metadata.labels[label]
	msg := $"must have the label {label}"
}

deny contains {"field": ["cronjob", "metadata", "labels"], "msg": msg} if {
	input.cronjob.spec.schedule
	some label in input.params.required
	not input.cronjob.metadata.labels[label]
	msg := $"must have the label {label}"
}
