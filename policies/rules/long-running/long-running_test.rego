package batchgate.rules_test["long-running"]

import data.batchgate.rules["long-running"] as rule

job(spec) := {"job": {"metadata": {}, "spec": spec}, "params": {"max": 86400}}

findings_of(facts) := findings if findings := rule.deny with input as facts

test_denies_a_deadline_above_the_most_allowed if {
	findings_of(job({"activeDeadlineSeconds": 86401})) == {{
		"field": ["job", "spec", "activeDeadlineSeconds"],
		"msg": "is 86401, at most 86400; split the work: Indexed completions, checkpoints",
		"value": 86401,
		"fix": 86400,
	}}
}

test_denies_without_the_advice_to_split_what_is_short if {
	every max, msg in {
		21600: "is 90000, at most 21600; split the work: Indexed completions, checkpoints",
		21599: "is 90000, at most 21599",
	} {
		short := object.union(job({"activeDeadlineSeconds": 90000}), {"params": {"max": max}})
		{finding.msg | some finding in findings_of(short)} == {msg}
	}
}

test_allows_the_most_allowed if {
	findings_of(job({"activeDeadlineSeconds": 86400})) == set()
}

test_allows_no_deadline if {
	findings_of(job({})) == set()
}
