package batchgate.rules_test["cron-never-fires"]

import data.batchgate.rules["cron-never-fires"] as rule

cronjob(never, spec) := {"cronjob": {
	"metadata": {},
	"spec": object.union({"schedule": "0 0 31 2 *"}, spec),
	"timetable": {"never": never},
}}

findings_of(facts) := findings if findings := rule.deny with input as facts

test_denies_a_schedule_that_no_day_matches if {
	every spec in [{}, {"suspend": false}] {
		findings_of(cronjob(true, spec)) == {{
			"field": ["cronjob", "spec", "schedule"],
			"msg": "is 0 0 31 2 *, which no day of five years matches; set suspend: true if it only runs by hand",
			"value": "0 0 31 2 *",
		}}
	}
}

test_allows_a_suspended_cronjob if {
	findings_of(cronjob(true, {"suspend": true})) == set()
}

test_allows_a_schedule_that_comes if {
	findings_of(cronjob(false, {})) == set()
}
