package batchgate.rules_test["cron-starting-deadline"]

import data.batchgate.rules["cron-starting-deadline"] as rule

field := ["cronjob", "spec", "startingDeadlineSeconds"]

cronjob(fields, interval, spec) := {
	"cronjob": {"metadata": {}, "spec": spec, "timetable": {"interval": interval, "every": false, "fields": split(fields, " ")}},
	"params": {"interval": 3600},
}

of(seconds) := {"startingDeadlineSeconds": seconds}

findings_of(facts) := findings if findings := rule.deny with input as facts

test_denies_silence_where_runs_lie_far_apart if {
	findings_of(cronjob("15 2 * * *", 86400, {})) == {{
		"field": field,
		"msg": "is not set: with 86400s between runs, one that an outage delays starts however late; 3600 would do",
		"fix": 3600,
	}}
	some finding in findings_of(cronjob("15 */2 * * *", 7200, {}))
	finding.fix == 3600
	some other in findings_of(object.union(cronjob("*/5 * * * *", 300, {}), {"params": {"interval": 0}}))
	other.fix == 150
}

test_allows_silence_where_runs_lie_close_together if {
	findings_of(cronjob("15 * * * *", 3600, {})) == set()
}

test_allows_a_deadline_up_to_the_next_run if {
	findings_of(cronjob("15 2 * * *", 86400, of(86400))) == set()
}

test_denies_a_deadline_after_the_next_run if {
	findings_of(cronjob("*/5 * * * *", 300, of(301))) == {{
		"field": field,
		"msg": "is 301, but the next run is due after 300s, so that none is ever too late; 150 would do",
		"value": 301,
		"fix": 150,
	}}
}

test_denies_a_deadline_after_the_next_run_of_every_even_schedule if {
	every fields in ["* * * * *", "15 * * * *", "15 */2 * * *", "15 2 * * *"] {
		count(findings_of(cronjob(fields, 3600, of(3601)))) == 1
	}
	counted := json.remove(cronjob("", 3600, of(3601)), ["cronjob/timetable/fields"])
	count(findings_of(json.patch(counted, [{"op": "replace", "path": "cronjob/timetable/every", "value": true}]))) == 1
}

test_allows_a_long_deadline_before_a_longer_pause if {
	every fields in ["0,5 * * * *", "0-5 * * * *", "*/5 */2 * * *", "0 9-17 * * *", "0 8,20 * * *", "15 2 * * 1-5", "15 2 1 * *"] {
		findings_of(cronjob(fields, 3600, of(7200))) == set()
	}
}

test_allows_a_minute_for_runs_that_come_more_often if {
	findings_of(cronjob("* * * * *", 30, of(60))) == set()
	some finding in findings_of(cronjob("* * * * *", 30, of(61)))
	finding.fix == 60
}

test_allows_a_schedule_that_cannot_be_read if {
	findings_of(json.remove(cronjob("15 2 * * *", 86400, {}), ["cronjob/timetable"])) == set()
}

test_allows_a_deadline_above_the_shortest_of_uneven_gaps if {
	findings_of(cronjob("0 */5 * * *", 14400, of(16000))) == set()
	findings_of(cronjob("*/45 * * * *", 900, of(1200))) == set()
	findings_of(cronjob("0 */7 * * *", 10800, of(20000))) == set()
}
