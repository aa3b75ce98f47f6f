package batchgate.rules_test["cron-schedule"]

import data.batchgate.rules["cron-schedule"] as rule

params := {"minInterval": 300, "midnight": false}

timetable(fields) := {"never": false, "every": false, "interval": 3600, "spread": 17, "fields": split(fields, " ")}

cronjob(schedule, facts) := {
	"cronjob": {"metadata": {}, "spec": {"schedule": schedule}, "timetable": facts},
	"params": params,
}

fields_of(fields) := cronjob(fields, timetable(fields))

apart(fields, interval) := cronjob(fields, object.union(timetable(fields), {"interval": interval}))

findings_of(facts) := findings if findings := rule.deny with input as facts

told(schedule, msg) := {{"field": ["cronjob", "spec", "schedule"], "msg": msg, "value": schedule}}

test_denies_runs_that_come_too_often if {
	findings_of(apart("*/4 * * * *", 240)) == told(
		"*/4 * * * *",
		"leaves 240s between two runs, the least allowed is 300s; work without pauses is for a Deployment",
	)
}

test_allows_runs_that_come_no_more_often_than_allowed if {
	findings_of(apart("*/5 * * * *", 300)) == set()
}

test_denies_steps_that_do_not_divide if {
	every schedule, msg in {
		"*/45 * * * *": "has minute */45, which does not divide 60: the last gap is 15, not 45; */30 does",
		"*/90 * * * *": "has minute */90, which matches 0 only, once per hour; write 0 if that is meant",
		"50/20 * * * *": "has minute 50/20, which matches 50 only, once per hour; write 50 if that is meant",
		"5 9-17/10 * * *": "has hour 9-17/10, which matches 9 only, once per day; write 9 if that is meant",
		"5 2 */31 * *": "has day of month */31, which matches 1 only, once per month; write 1 if that is meant",
		"5 2 * * */8": "has day of week */8, which matches 0 only, once per week; write 0 if that is meant",
		"0/45 * * * *": "has minute 0/45, which does not divide 60: the last gap is 15, not 45; */30 does",
		"0-59/7 * * * *": "has minute 0-59/7, which does not divide 60: the last gap is 4, not 7; */6 does",
		"25/20 * * * *": "has minute 25/20, which does not divide 60: the last gap is 40, not 20; 5/20 does",
		"5 */+05 * * *": "has hour */+05, which does not divide 24: the last gap is 4, not 5; */4 does",
		"5 2 1 */5 *": "has month */5, which does not divide 12: the last gap is 2, not 5; */4 does",
		"5 2 */2 * *": "has day of month */2, counted anew with each month, so that the last gap differs; name the days",
		"5 2 * * */2": "has day of week */2, counted anew with each week, so that the last gap differs; name the days",
	} {
		findings_of(fields_of(schedule)) == told(schedule, msg)
	}
}

test_denies_the_short_last_gap_of_an_hour_once if {
	count(findings_of(apart("*/7 * * * *", 240))) == 1
	count(findings_of(apart("*/4,5 * * * *", 60))) == 1
	higher := object.union(apart("*/7 * * * *", 240), {"params": {"minInterval": 421}})
	count(findings_of(higher)) == 2
}

test_allows_steps_that_divide if {
	every schedule in ["*/20 * * * *", "5 */6 * * *", "5 2 1 */3 *", "5 2 */1 * *", "5 2 * * */7", "5,*/45 * * * *", "*/60 * * * *", "5/15 * * * *", "5 9-17/3 * * *", "5 2 10/5 * *"] {
		findings_of(fields_of(schedule)) == set()
	}
}

test_denies_a_day_of_the_month_together_with_a_day_of_the_week if {
	findings_of(fields_of("15 2 1-7 * 1")) == told(
		"15 2 1-7 * 1",
		"has day of month 1-7 and day of week 1: it runs when either matches, not both; keep one",
	)
}

test_allows_one_kind_of_day if {
	every schedule in ["15 2 1-7 * *", "15 2 1-7 * ?", "15 2 ? * 1", "15 2 */1 * 1"] {
		findings_of(fields_of(schedule)) == set()
	}
}

midnight(schedule, fix) := {object.union(finding, {"fix": fix}) |
	some finding in told(schedule, $"starts at midnight sharp, as most do; take a minute of its own: {fix}")
}

test_denies_midnight_sharp if {
	findings_of(fields_of("0 0 * * 1-5")) == midnight("0 0 * * 1-5", "17 0 * * 1-5")
	findings_of(fields_of("00 00 * * *")) == midnight("00 00 * * *", "17 0 * * *")
	findings_of(cronjob("@daily", timetable("0 0 * * *"))) == midnight("@daily", "17 0 * * *")
}

test_denies_midnight_sharp_with_another_minute_than_the_first if {
	findings_of(cronjob("@daily", object.union(timetable("0 0 * * *"), {"spread": 0}))) == midnight("@daily", "1 0 * * *")
}

test_allows_midnight_where_the_platform_says_so if {
	findings_of(object.union(fields_of("0 0 * * *"), {"params": {"midnight": true}})) == set()
}

test_allows_the_minutes_around_midnight if {
	every schedule in ["17 0 * * *", "0 1 * * *", "0 * * * *", "*/30 0 * * *"] {
		findings_of(fields_of(schedule)) == set()
	}
}

test_allows_what_never_comes_to_be_told_by_another_rule if {
	never := object.union(json.remove(timetable("0 0 31 2 *"), ["interval"]), {"never": true})
	findings_of(cronjob("0 0 31 2 *", never)) == set()
}

counted(schedule, interval) := cronjob(schedule, {"never": false, "every": true, "interval": interval, "spread": 17})

test_denies_a_count_from_the_creation if {
	every schedule, pair in {
		"@every 10m": [600, "*/10 * * * *"],
		"@every 1h": [3600, "17 * * * *"],
		"@every 6h": [21600, "17 */6 * * *"],
		"@every 24h": [86400, "17 1 * * *"],
	} {
		findings_of(counted(schedule, pair[0])) == told(schedule, $"is {schedule}, counted from its creation, not by the clock; write {pair[1]}")
	}
}

test_denies_a_count_that_no_clock_divides if {
	every schedule, pair in {
		"@every 7m": [420, "the next rarer is */10 * * * *"],
		"@every 450s": [450, "the next rarer is */10 * * * *"],
		"@every 90m": [5400, "the next rarer is 17 */2 * * *"],
		"@every 48h": [172800, "write five fields"],
	} {
		findings_of(counted(schedule, pair[0])) == told(schedule, $"is {schedule}, counted from its creation, not by the clock; {pair[1]}")
	}
}

test_denies_a_count_of_seconds_with_what_the_platform_allows if {
	messages := {finding.msg | some finding in findings_of(counted("@every 1s", 60))}
	"is @every 1s, counted from its creation, not by the clock; the next rarer is */5 * * * *" in messages
	count(messages) == 2
}
