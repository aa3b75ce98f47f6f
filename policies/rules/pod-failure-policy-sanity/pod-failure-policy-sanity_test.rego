package batchgate.rules_test["pod-failure-policy-sanity"]

import data.batchgate.rules["pod-failure-policy-sanity"] as rule

policy(rules) := {
	"job": {"spec": {"activeDeadlineSeconds": 600, "podFailurePolicy": {"rules": rules}}},
	"containers": [{"name": "main", "role": "main"}, {"name": "proxy", "role": "sidecar"}],
}

on(action, operator, codes) := {"action": action, "onExitCodes": {"operator": operator, "values": codes}}

of(container, rule_of_all) := object.union(rule_of_all, {"onExitCodes": {"containerName": container}})

disrupted := {"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}

findings_of(facts) := findings if findings := rule.deny with input as facts

messages_of(rules) := {finding.msg | some finding in findings_of(policy(rules))}

values_of(rules) := {finding.value | some finding in findings_of(policy(rules))}

test_denies_with_the_rule_at_fault if {
	values_of([disrupted, disrupted]) == {disrupted}
	values_of([on("FailJob", "In", [1, 137])]) == {on("FailJob", "In", [1, 137])}
}

test_denies_a_policy_without_rules if {
	every facts in [policy([]), {"job": {"spec": {"podFailurePolicy": {}}}}] {
		findings_of(facts) == {{
			"field": ["job", "spec", "podFailurePolicy", "rules"],
			"msg": "has no rule, so the policy does nothing; name a rule or leave the policy out",
		}}
	}
}

test_denies_a_rule_that_is_never_reached if {
	every rules in [
		[on("FailJob", "NotIn", [137, 143]), on("FailJob", "In", [42])],
		[on("Count", "In", [1, 2]), on("Count", "In", [3]), on("FailJob", "In", [1, 3])],
		[on("FailJob", "In", [42]), of("main", on("Count", "In", [42]))],
		[of("main", on("FailJob", "In", [42])), of("main", on("Count", "In", [42]))],
		[on("Count", "NotIn", [0]), on("Count", "NotIn", [42])],
		[on("Count", "NotIn", [42]), of("main", on("Count", "NotIn", [42, 43]))],
		[disrupted, disrupted],
	] {
		messages_of(rules) == {$"has a rule {count(rules)} that is never reached: earlier rules take all its cases"}
	}
}

test_allows_rules_that_are_reached if {
	every rules in [
		[on("FailJob", "In", [42]), on("Count", "In", [42, 43])],
		[on("Count", "In", [42]), on("Count", "NotIn", [42])],
		[on("Count", "NotIn", [42]), on("FailJob", "In", [42])],
		[of("main", on("FailJob", "In", [42])), on("Count", "In", [42])],
		[on("Count", "NotIn", [42, 43]), on("Count", "NotIn", [42])],
		[disrupted, {"action": "FailJob", "onPodConditions": [{"type": "ConfigIssue", "status": "True"}]}],
		[disrupted, on("Count", "In", [1])],
	] {
		messages_of(rules) == set()
	}
}

unbounded(rules) := {finding.msg | some finding in findings_of(json.remove(policy(rules), ["job/spec/activeDeadlineSeconds"]))}

test_denies_failures_that_are_ignored_for_ever if {
	unbounded([on("Ignore", "In", [42, 43])]) == {concat(" ", [
		"ignores exit codes 42, 43 in rule 1,",
		"without activeDeadlineSeconds the Job retries for ever",
	])}
	unbounded([disrupted, on("Ignore", "NotIn", [1])]) == {concat(" ", [
		"ignores exit codes other than 1 in rule 2,",
		"without activeDeadlineSeconds the Job retries for ever",
	])}
}

test_allows_failures_that_are_ignored_until_the_deadline if {
	messages_of([on("Ignore", "In", [42])]) == set()
	unbounded([disrupted]) == set()
}

test_denies_a_disruption_that_fails_the_job if {
	messages_of([on("FailJob", "In", [1, 137])]) == {concat(" ", [
		"takes 137 in rule 1, as evicted Pods exit;",
		"first let a rule ignore DisruptionTarget",
	])}
	messages_of([on("FailIndex", "NotIn", [1]), disrupted]) == {concat(" ", [
		"takes 137 and 143 in rule 1, as evicted Pods exit;",
		"first let a rule ignore DisruptionTarget",
	])}
}

test_allows_codes_of_disruptions_after_the_disruption_was_ignored if {
	messages_of([disrupted, on("FailJob", "In", [137, 143])]) == set()
	messages_of([on("Count", "In", [137])]) == set()
	messages_of([on("FailJob", "NotIn", [137, 143])]) == set()
}

test_denies_the_exit_code_of_a_sidecar if {
	messages_of([of("proxy", on("FailJob", "In", [42]))]) == {"names the sidecar proxy in rule 1, whose exit code ends no Pod"}
}

test_allows_the_exit_code_of_a_container if {
	messages_of([of("main", on("FailJob", "In", [42]))]) == set()
}

test_allows_a_job_without_a_policy if {
	findings_of({"job": {"spec": {}}}) == set()
}
