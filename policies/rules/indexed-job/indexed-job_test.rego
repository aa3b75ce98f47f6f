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

generated(base, completions) := object.union(
	json.remove(cronjob("", completions), ["cronjob/metadata/name"]),
	{"cronjob": {"metadata": {"generateName": base}}},
)

# before and after the name is drawn
both(facts, drawn) := [facts, object.union(facts, {"cronjob": {"metadata": {"name": drawn}}})]

test_denies_a_base_that_leaves_no_room_for_the_index_drawn_or_not if {
	every facts in both(generated(named(47), 100), concat("", [named(47), "x7k2p"])) {
		findings_of(facts) == {{
			"field": ["cronjob", "metadata", "generateName"],
			"msg": "becomes a name of 52 characters; with the run and the index 99 at most 51 fit into a Pod's name",
			"value": named(47),
			"fix": named(46),
		}}
	}
	every facts in both(generated(named(46), 100), concat("", [named(46), "x7k2p"])) {
		findings_of(facts) == set()
	}
}

test_denies_a_base_by_what_is_kept_of_it if {
	long := concat("", [named(52), named(20)])
	some finding in findings_of(generated(long, 1))
	finding.msg == "becomes a name of 63 characters; with the run and the index 0 at most 52 fit into a Pod's name"
}

test_denies_a_dot_in_a_base_drawn_or_not if {
	every facts in both(generated("nightly.report-", 3), "nightly.report-x7k2p") {
		findings_of(facts) == {{
			"field": ["cronjob", "metadata", "generateName"],
			"msg": "holds a dot, with which no Pod of an Indexed Job can be named; write a hyphen",
			"value": "nightly.report-",
			"fix": "nightly-report-",
		}}
	}
}

test_denies_a_name_that_was_not_drawn_from_the_base_beside_it if {
	facts := object.union(generated("nightly-", 3), {"cronjob": {"metadata": {"name": "nightly.report"}}})
	{finding.field[2] | some finding in findings_of(facts)} == {"name"}
}

test_allows_any_base_of_a_cronjob_that_is_not_indexed if {
	facts := generated("nightly.report-", 3)
	findings_of(object.union(facts, {"job": {"spec": {"completionMode": "NonIndexed"}}})) == set()
}

test_allows_a_cronjob_without_any_name if {
	findings_of(json.remove(cronjob("a.b", 100), ["cronjob/metadata/name"])) == set()
}

test_allows_a_job_without_pods if {
	findings_of(cronjob("nightly.report", 0)) == set()
}
