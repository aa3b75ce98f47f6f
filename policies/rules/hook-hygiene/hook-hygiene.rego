# METADATA
# title: Hooks end, stay until they are read, and can run again
# description: |
#   A Helm or Argo CD hook holds back the release that it belongs to. One that
#   hangs or retries for long does so for long, and Argo CD knows no timeout of its
#   own. One that its TTL removes before the tool has looked is waited for in vain:
#   the shortest TTL of ttl-after-finished is not asked of hooks, this one is. A test
#   that runs when somebody calls helm test holds nothing back, and is not asked.
#
#   Both tools delete the hook of the last release before they create this one,
#   unless a delete policy is named that leaves that out. A hook that failed, or
#   did not, then stays, and the next release finds its name taken.
# related_resources:
#   - ref: https://helm.sh/docs/topics/charts_hooks/
#   - ref: https://argo-cd.readthedocs.io/en/stable/user-guide/resource_hooks/
#   - ref: https://github.com/argoproj/argo-cd/issues/21055
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         deadline: {type: integer, minimum: 1, default: 3600, description: "The longest deadline in seconds that a hook may ask for."}
#         retries: {type: integer, minimum: 0, default: 6, description: "The largest backoffLimit that a hook may ask for."}
#         ttl: {type: integer, minimum: 0, default: 600, description: "The shortest TTL in seconds that a hook may ask for."}
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["hook-hygiene"]

deny contains {"field": ["job", "spec", "activeDeadlineSeconds"], "msg": msg, "fix": input.params.deadline} if {
	_blocking
	not input.job.spec.activeDeadlineSeconds
	msg := $"is not set, so a hook that hangs blocks the release; at most {input.params.deadline}"
}

deny contains {"field": ["job", "spec", "activeDeadlineSeconds"], "msg": msg, "value": deadline, "fix": input.params.deadline} if {
	_blocking
	deadline := input.job.spec.activeDeadlineSeconds
	deadline > input.params.deadline
	msg := $"lets a hook that hangs block the release for {deadline}s; at most {input.params.deadline}"
}

deny contains {"field": ["job", "spec", "backoffLimit"], "msg": msg, "value": retries, "fix": input.params.retries} if {
	_blocking
	retries := input.job.spec.backoffLimit
	retries > input.params.retries
	not input.job.spec.backoffLimitPerIndex
	msg := $"is {retries}, so a hook that cannot succeed blocks the release for long; at most {input.params.retries}"
}

deny contains {"field": ["job", "spec", "ttlSecondsAfterFinished"], "msg": msg, "value": ttl, "fix": input.params.ttl} if {
	_blocking
	ttl := input.job.spec.ttlSecondsAfterFinished
	ttl < input.params.ttl
	msg := $"may remove the hook after {ttl}s, before {_hook} has seen it end; at least {input.params.ttl}, or none"
}

deny contains {"field": ["job", "metadata", "annotations", key], "msg": msg, "value": policy} if {
	_hook
	not input.job.metadata.generateName
	some [key, policy, first, always] in _policies
	not first in _words(policy)
	count({word | some word in always; word in _words(policy)}) < 2
	not _numbered
	msg := $"is {policy}, so the name can be taken when the hook runs again; add {first}"
}

# A CronJob is no hook that anybody waits for, and neither is a run of one.
_hook := input.owner.hook if {
	not input.cronjob
	not input.owner.controller
}

_blocking if {
	_hook
	not _test
}

_test if {
	phases := _words(input.job.metadata.annotations["helm.sh/hook"])
	phases - {"test", "test-success", "test-failure"} == set()
	input.owner.hook == "helm"
}

_policies contains [key, policy, "before-hook-creation", {"hook-succeeded", "hook-failed"}] if {
	key := "helm.sh/hook-delete-policy"
	policy := input.job.metadata.annotations["helm.sh/hook-delete-policy"] # a key in a variable would read them all
	input.owner.hook == "helm"
}

_policies contains [key, policy, "BeforeHookCreation", {"HookSucceeded", "HookFailed"}] if {
	key := "argocd.argoproj.io/hook-delete-policy"
	policy := input.job.metadata.annotations["argocd.argoproj.io/hook-delete-policy"]
	input.owner.hook == "argocd"
}

_words(policy) := {trim_space(word) | some word in split(policy, ",")}

# A chart that numbers its hooks by release never meets a name twice.
_numbered if {
	last := array.reverse(split(input.job.metadata.name, "-"))[0]
	trim(last, "0123456789") == ""
}
