# METADATA
# title: A TTL does not run a Job again
# description: |
#   GitOps tools and Helm keep what they have been given: when a TTL removes the
#   finished Job, the next sync or upgrade creates it again, and its work is done a
#   second time. For a database migration that is an incident.
#
#   Without a TTL the finished Job stays and nothing runs. A hook is deleted and
#   created by the tool that runs it, when it means to. The Jobs of a CronJob are
#   not in anybody's repository, so that their TTL is safe.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/ttlafterfinished/
#   - ref: https://github.com/argoproj/argo-cd/issues/8586
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         exempt: {type: array, items: {type: string}, default: [], description: "Tools whose Jobs may run again, as in input.owner.reconciler: argocd, flux, helm, terraform, …"}
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["gitops-rerun"]

deny contains {"field": ["job", "spec", "ttlSecondsAfterFinished"], "msg": msg, "value": ttl} if {
	tool := input.owner.reconciler
	ttl := input.job.spec.ttlSecondsAfterFinished
	not input.cronjob
	not input.owner.hook
	not input.owner.controller
	not tool in input.params.exempt
	msg := $"is {ttl}: once the Job is gone, {_name(tool)} runs it again; {_remedy(tool)}"
}

_name("argocd") := "Argo CD"

_name("flux") := "Flux"

_name("helm") := "the next helm upgrade"

_name(tool) := tool if not tool in {"argocd", "flux", "helm"}

_remedy(tool) := "leave it out or make the Job a hook" if tool in {"argocd", "helm"}

else := "leave it out"
