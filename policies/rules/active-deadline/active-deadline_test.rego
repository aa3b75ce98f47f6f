package batchgate.rules_test["active-deadline"]

import data.batchgate.rules["active-deadline"] as rule

field := ["job", "spec", "activeDeadlineSeconds"]

job(spec, params) := {
	"job": {"metadata": {}, "spec": spec},
	"owner": {},
	"params": object.union({"seconds": 0, "advised": 3600, "required": true}, params),
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
		"msg": "is not set, nothing ends a Job that hangs; set what it may take, such as 3600",
		"fix": 3600,
	}}
}

test_denies_with_the_deadline_of_a_policy_that_fills_nothing_in if {
	some finding in findings_of(job({}, {"seconds": 600}))
	finding.fix == 600
	finding.msg == "is not set, nothing ends a Job that hangs; set what it may take, such as 600"
}

test_denies_with_the_shortest_of_what_is_known if {
	every seconds, advised in {0: 900, 1200: 900, 600: 600} {
		{finding.fix | some finding in findings_of(job({}, {"seconds": seconds, "advised": 900}))} == {advised}
	}
	often := object.union(job({}, {}), {"cronjob": {"timetable": {"interval": 300}}})
	findings_of(often) == {{
		"field": field,
		"msg": "is not set, nothing ends a Job that hangs; set what it may take, such as 300",
		"fix": 300,
	}}
	seldom := object.union(job({}, {}), {"cronjob": {"timetable": {"interval": 86400}}})
	{finding.fix | some finding in findings_of(seldom)} == {3600}
}

test_allows_a_job_without_a_deadline_when_none_is_required if {
	findings_of(job({}, {"required": false})) == set()
}

test_allows_any_deadline if {
	every deadline in [0, 1, 604800] {
		findings_of(job({"activeDeadlineSeconds": deadline}, {})) == set()
	}
}

test_allows_a_template_without_a_spec if {
	findings_of(json.remove(job({}, {}), ["job/spec"])) == set()
}
