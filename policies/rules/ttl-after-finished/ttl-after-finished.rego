# METADATA
# title: Finished Jobs are cleaned up
# description: |
#   A finished Job keeps its Pods, logs and node disk until something deletes it.
#   A Job that names no TTL is given one, unless something would create it again
#   and so run its work twice: GitOps tools, Helm and operators re-create what a
#   TTL removes, and a hook is deleted by the tool that runs it. An operator need
#   not call itself the controller of its Jobs: any owner but a CronJob is taken for
#   one that would create them again. The Jobs of a CronJob are left to its history
#   limits.
#
#   A TTL that is too long keeps the clutter; one that is too short removes the
#   result before a person or a controller has read it.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         seconds: {type: integer, minimum: 0, maximum: 2147483647, default: 86400, description: "TTL in seconds given to a Job that names none; min or max where it lies outside them."}
#         max: {type: integer, minimum: 0, default: 604800, description: "The longest TTL in seconds that a Job may ask for."}
#         min: {type: integer, minimum: 0, default: 60, description: "The shortest TTL in seconds that a Job may ask for; hooks are exempt."}
#         cronJobs: {type: boolean, default: false, description: "Whether the Jobs of a CronJob get a TTL too, on top of its history limits."}
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["ttl-after-finished"]

defaults.job.spec.ttlSecondsAfterFinished := ttl if {
	_stays_gone

	# A policy that moves its bounds does not fill in what it refuses.
	ttl := min([max([input.params.seconds, input.params.min]), input.params.max])
}

deny contains {"field": ["job", "spec", "ttlSecondsAfterFinished"], "msg": msg, "value": ttl, "fix": most} if {
	ttl := input.job.spec.ttlSecondsAfterFinished
	most := input.params.max
	ttl > most
	msg := $"keeps the finished Job for {ttl}s, {most}s is the longest allowed"
}

deny contains {"field": ["job", "spec", "ttlSecondsAfterFinished"], "msg": msg, "value": ttl, "fix": least} if {
	ttl := input.job.spec.ttlSecondsAfterFinished
	least := input.params.min
	ttl < least
	not _hook
	msg := $"removes the finished Job after {ttl}s, {least}s is the shortest allowed"
}

# Nobody waits for a CronJob as for a hook.
_hook if {
	input.owner.hook
	not input.cronjob
}

# A Job of its own, which nobody creates again.
_stays_gone if {
	not input.cronjob
	not _owned
	not input.owner.controller
	not input.owner.reconciler
	not input.owner.hook
}

# A run of a CronJob: whoever reconciles the CronJob does not know the run.
_stays_gone if {
	input.params.cronJobs
	input.cronjob
}

_stays_gone if {
	input.params.cronJobs
	input.owner.controller in {"cronjob", "manual"}
	not _owned
}

_owned if {
	some reference in input.job.metadata.ownerReferences
	[version, kind] := [reference.apiVersion, reference.kind]
	[version, kind] != ["batch/v1", "CronJob"]
}
