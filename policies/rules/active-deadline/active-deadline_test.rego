package batchgate.rules_test["active-deadline"]

import data.batchgate.rules["active-deadline"] as rule

field := ["job", "spec", "activeDeadlineSeconds"]

job(spec, params) := {
	"job": {"metadata": {}, "spec": spec},
	"owner": {},
	"params": object.union({"seconds": 0, "required": true, "max": 86400}, params),
}

value_of(facts) := seconds if seconds := rule.defaults.job.spec.activeDeadlineSeconds with input as facts

findings_of(facts) := findings if findings := rule.deny with input as facts

test_sets_the_deadline_of_the_policy if {
	value_of(job({}, {"seconds": 3600})) == 3600
}

test_keeps_off_when_the_policy_names_no_deadline if {
	not value_of(job({}, {}))
}

test_denies_a_job_without_a_deadline if {
	findings_of(job({}, {})) == {{
		"field": field,
		"msg": "is not set, nothing ends a Job that hangs; at most 86400",
		"fix": 86400,
	}}
}

test_allows_a_job_without_a_deadline_when_none_is_required if {
	findings_of(job({}, {"required": false})) == set()
}

test_denies_a_deadline_of_zero if {
	findings_of(job({"activeDeadlineSeconds": 0}, {})) == {{
		"field": field,
		"msg": "is 0, which fails the Job at once; the least allowed is 1",
		"value": 0,
		"fix": 1,
	}}
}

test_denies_a_deadline_above_the_most_allowed if {
	findings_of(job({"activeDeadlineSeconds": 86401}, {"required": false})) == {{
		"field": field,
		"msg": "is 86401, the most allowed is 86400",
		"value": 86401,
		"fix": 86400,
	}}
}

test_allows_both_ends_of_the_range if {
	every deadline in [1, 86400] {
		findings_of(job({"activeDeadlineSeconds": deadline}, {})) == set()
	}
}

test_allows_the_deadline_it_sets_itself_above_the_most if {
	findings_of(job({"activeDeadlineSeconds": 90000}, {"seconds": 90000})) == set()
}

test_allows_a_template_without_a_spec if {
	findings_of(json.remove(job({}, {}), ["job/spec"])) == set()
}
