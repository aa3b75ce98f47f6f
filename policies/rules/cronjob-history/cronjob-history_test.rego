package batchgate.rules_test["cronjob-history"]

import data.batchgate.rules["cronjob-history"] as rule

cronjob(spec, ttl, intent) := {
	"cronjob": {"metadata": {}, "spec": spec, "timetable": {"interval": 86400}},
	"job": {"metadata": {}, "spec": ttl},
	"intent": intent,
	"params": {"maxSuccessful": 10, "maxFailed": 10},
}

limits(successful, failed) := {"successfulJobsHistoryLimit": successful, "failedJobsHistoryLimit": failed}

written := {
	"cronjob.spec.successfulJobsHistoryLimit": "explicit",
	"cronjob.spec.failedJobsHistoryLimit": "explicit",
}

findings_of(facts) := findings if findings := rule.deny with input as facts

test_denies_more_successful_jobs_than_allowed if {
	findings_of(cronjob(limits(11, 10), {}, {})) == {{
		"field": ["cronjob", "spec", "successfulJobsHistoryLimit"],
		"msg": "is 11, the most allowed is 10",
		"value": 11,
		"fix": 10,
	}}
}

test_denies_more_failed_jobs_than_allowed if {
	findings_of(cronjob(limits(10, 11), {}, {})) == {{
		"field": ["cronjob", "spec", "failedJobsHistoryLimit"],
		"msg": "is 11, the most allowed is 10",
		"value": 11,
		"fix": 10,
	}}
}

test_denies_keeping_no_failed_job if {
	findings_of(cronjob(limits(3, 0), {}, {})) == {{
		"field": ["cronjob", "spec", "failedJobsHistoryLimit"],
		"msg": "is 0, which leaves no logs of a run that failed; the least allowed is 1",
		"value": 0,
		"fix": 1,
	}}
}

test_allows_both_ends_of_the_ranges if {
	findings_of(cronjob(limits(0, 1), {}, {})) == set()
	findings_of(cronjob(limits(10, 10), {}, {})) == set()
}

told(msg) := {{"field": ["job", "spec", "ttlSecondsAfterFinished"], "msg": msg, "value": 172799}}

test_denies_a_ttl_that_removes_what_a_limit_keeps if {
	short := {"ttlSecondsAfterFinished": 172799}
	findings_of(cronjob(limits(2, 1), short, written)) == told("is 172799, too short for successfulJobsHistoryLimit 2 with 86400s between runs; leave it out")
	findings_of(cronjob(limits(1, 2), short, written)) == told("is 172799, too short for failedJobsHistoryLimit 2 with 86400s between runs; leave it out")
}

test_allows_a_ttl_as_long_as_the_history if {
	findings_of(cronjob(limits(2, 2), {"ttlSecondsAfterFinished": 172800}, written)) == set()
}

test_allows_a_ttl_beside_limits_that_nobody_wrote if {
	short := {"ttlSecondsAfterFinished": 3600}
	every intent in [{}, object.union(written, {"cronjob.spec.successfulJobsHistoryLimit": "ambiguous", "cronjob.spec.failedJobsHistoryLimit": "unset"})] {
		findings_of(cronjob(limits(3, 1), short, intent)) == set()
	}
}

test_allows_a_ttl_on_a_schedule_that_cannot_be_read if {
	unread := json.remove(cronjob(limits(3, 1), {"ttlSecondsAfterFinished": 60}, written), ["cronjob/timetable"])
	findings_of(unread) == set()
}

test_allows_a_job_with_a_ttl if {
	findings_of(json.remove(cronjob({}, {"ttlSecondsAfterFinished": 60}, {}), ["cronjob"])) == set()
}
