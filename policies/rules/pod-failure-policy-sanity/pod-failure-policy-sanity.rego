# METADATA
# title: Every rule of a pod failure policy does what it says
# description: |
#   The rules of a pod failure policy are tried in order, and the first that
#   matches decides. Kubernetes accepts what cannot be meant:
#
#   - a policy without rules, and a rule whose every case an earlier one takes
#   - Ignore of an exit code without a deadline: an ignored failure counts against
#     no limit, so the Job retries for ever
#   - FailJob or FailIndex on the exit codes 137 or 143 before DisruptionTarget has
#     been asked: a Pod that is evicted or drained exits with them too
#   - the exit code of a sidecar, which ends no Pod
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy
#   - ref: https://kubernetes.io/docs/tasks/job/pod-failure-policy/
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["pod-failure-policy-sanity"]

deny contains {"field": ["job", "spec", "podFailurePolicy", "rules"], "msg": msg} if {
	input.job.spec.podFailurePolicy
	not input.job.spec.podFailurePolicy.rules[0]
	msg := "has no rule, so the policy does nothing; name a rule or leave the policy out"
}

deny contains {"field": ["job", "spec", "podFailurePolicy", "rules"], "msg": msg, "value": rule} if {
	some i in _taken
	rule := input.job.spec.podFailurePolicy.rules[i]
	msg := $"has a rule {i + 1} that is never reached: earlier rules take all its cases"
}

deny contains {"field": ["job", "spec", "podFailurePolicy", "rules"], "msg": msg} if {
	some i, rule in input.job.spec.podFailurePolicy.rules
	rule.action == "Ignore"
	rule.onExitCodes
	not input.job.spec.activeDeadlineSeconds
	codes := _codes(rule.onExitCodes.operator, rule.onExitCodes.values)
	msg := $"ignores exit codes {codes} in rule {i + 1}, without activeDeadlineSeconds the Job retries for ever"
}

deny contains {"field": ["job", "spec", "podFailurePolicy", "rules"], "msg": msg, "value": rule} if {
	some i, rule in input.job.spec.podFailurePolicy.rules
	rule.action in {"FailJob", "FailIndex"}
	codes := concat(" and ", [format_int(code, 10) |
		some code in [137, 143]
		_takes(rule.onExitCodes.operator, rule.onExitCodes.values, code)
	])
	codes != ""
	not _asked_before(i)
	msg := $"takes {codes} in rule {i + 1}, as evicted Pods exit; first let a rule ignore DisruptionTarget"
}

deny contains {"field": ["job", "spec", "podFailurePolicy", "rules"], "msg": msg} if {
	some i, rule in input.job.spec.podFailurePolicy.rules
	some container in input.containers
	container.role == "sidecar"
	container.name == rule.onExitCodes.containerName
	msg := $"names the sidecar {container.name} in rule {i + 1}, whose exit code ends no Pod"
}

_asked_before(i) if {
	some k, rule in input.job.spec.podFailurePolicy.rules
	k < i
	some pattern in rule.onPodConditions
	pattern.type == "DisruptionTarget"
}

_codes(operator, values) := concat("", [_not[operator], concat(", ", [format_int(value, 10) | some value in values])])

_not := {"In": "", "NotIn": "other than "}

_takes("In", values, code) if code in values

_takes("NotIn", values, code) if not code in values

# By the number of its place: every case of this rule is taken before.
_taken contains j if {
	some j, rule in input.job.spec.podFailurePolicy.rules
	rule.onExitCodes.operator == "In"
	every code in rule.onExitCodes.values {
		some [i, operator, values, container] in _exits
		i < j
		container in {"", object.get(rule, ["onExitCodes", "containerName"], "")}
		_takes(operator, values, code)
	}
}

_taken contains j if {
	some [j, "NotIn", kept, container] in _exits
	some [i, "NotIn", values, before] in _exits
	i < j
	before in {"", container}
	every code in values {
		code in array.concat(kept, [0])
	}
}

_taken contains j if {
	some j, rule in input.job.spec.podFailurePolicy.rules
	rule.onPodConditions[0]
	every pattern in rule.onPodConditions {
		some i, earlier in input.job.spec.podFailurePolicy.rules
		i < j
		pattern in earlier.onPodConditions
	}
}

_exits contains [i, rule.onExitCodes.operator, rule.onExitCodes.values, container] if {
	some i, rule in input.job.spec.podFailurePolicy.rules
	container := object.get(rule, ["onExitCodes", "containerName"], "")
}
