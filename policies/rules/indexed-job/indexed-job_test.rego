package batchgate.rules_test["indexed-job"]

import data.batchgate.rules["indexed-job"] as rule

cronjob(name, completions) := {
	"cronjob": {"metadata": {"name": name}},
	"job": {"spec": {"completionMode": "Indexed", "completions": completions}},
}

named(length) := substring("nightly-settlement-of-all-accounts-in-all-currencies", 0, length)

findings_of(facts) := findings if findings := rule.deny with input as facts

test_denies_a_name_that_leaves_no_room_for_the_index if {
	findings_of(cronjob(named(52), 100)) == {{
		"field": ["cronjob", "metadata", "name"],
		"msg": "is 52 characters long; with the run and the index 99 at most 51 fit into a Pod's name",
		"value": named(52),
	}}
}

test_denies_by_the_digits_of_the_last_index if {
	every completions, longest in {1: 52, 10: 52, 11: 51, 100: 51, 101: 50, 100001: 47} {
		findings_of(cronjob(named(longest), completions)) == set()
	}
	every completions, longest in {11: 51, 100: 51, 101: 50, 100001: 47} {
		count(findings_of(cronjob(named(longest + 1), completions))) == 1
	}
}

test_denies_a_dot if {
	findings_of(cronjob("nightly.report", 3)) == {{
		"field": ["cronjob", "metadata", "name"],
		"msg": "holds a dot, with which no Pod of an Indexed Job can be named; write a hyphen",
		"value": "nightly.report",
		"fix": "nightly-report",
	}}
}

test_allows_any_name_of_a_cronjob_that_is_not_indexed if {
	every mode in [{"completionMode": "NonIndexed"}, {}] {
		facts := object.union(cronjob(named(52), 100), {"job": {"spec": mode}})
		findings_of(object.union(json.remove(facts, ["job/spec/completionMode"]), {"job": {"spec": mode}})) == set()
	}
}

test_allows_a_job_because_kubernetes_checks_it if {
	findings_of(json.remove(cronjob("a.b", 100), ["cronjob"])) == set()
}

test_allows_a_name_that_is_not_generated_yet if {
	findings_of(json.remove(cronjob("a.b", 100), ["cronjob/metadata/name"])) == set()
}

test_allows_a_job_without_pods if {
	findings_of(cronjob("nightly.report", 0)) == set()
}
