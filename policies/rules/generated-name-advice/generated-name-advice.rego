# METADATA
# title: Jobs that run again and again have a name of their own each time
# description: |
#   The Pods of a Job cannot be changed once it is there. A pipeline that applies a Job
#   under a fixed name therefore runs it once: the second time nothing happens, or a
#   new image is refused as a change of an immutable field. With generateName each
#   run is an object of its own, which its TTL removes.
#
#   It is advice for Jobs that are made anew for each run, and off until a profile
#   or a policy asks for it. Hooks, Jobs that a tool reconciles and Jobs that a
#   controller makes have their names for a reason.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/using-api/api-concepts/#generated-values
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["generated-name-advice"]

deny contains {"field": ["job", "metadata", "name"], "msg": msg, "value": name} if {
	input.operation == "CREATE"
	not input.cronjob
	not input.job.metadata.generateName
	not input.owner.controller
	not input.owner.hook
	not input.owner.reconciler
	name := input.job.metadata.name
	msg := $"is {name}, which the next run finds taken; write generateName: {name}- and use kubectl create"
}
