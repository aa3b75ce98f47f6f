package batchgate.rules_test["cron-overlap"]

import data.batchgate.rules["cron-overlap"] as rule

cronjob(policy, spec) := {
	"cronjob": {"metadata": {}, "spec": {"concurrencyPolicy": policy}, "timetable": {"interval": 3600}},
	"job": {"metadata": {}, "spec": spec},
	"params": {"replace": true},
}

findings_of(facts) := findings if findings := rule.deny with input as facts

told(policy, msg) := {{
	"field": ["cronjob", "spec", "concurrencyPolicy"],
	"msg": msg,
	"value": policy,
	"fix": "Forbid",
}}

test_sets_forbid if {
	rule.defaults.cronjob.spec.concurrencyPolicy == "Forbid" with input as cronjob("Allow", {})
}

test_denies_runs_beside_one_that_hangs if {
	findings_of(cronjob("Allow", {})) == told("Allow", "is Allow and no deadline ends a run that hangs: another starts beside it after 3600s; set Forbid")
}

test_denies_runs_beside_one_that_takes_its_time if {
	findings_of(cronjob("Allow", {"activeDeadlineSeconds": 3601})) == told("Allow", "is Allow: a run may take 3601s and another starts beside it after 3600s; set Forbid")
}

test_allows_a_deadline_that_keeps_runs_apart if {
	findings_of(cronjob("Allow", {"activeDeadlineSeconds": 3600})) == set()
	findings_of(cronjob("Replace", {"activeDeadlineSeconds": 3600})) == set()
}

test_denies_killing_a_run_before_its_deadline if {
	findings_of(cronjob("Replace", {"activeDeadlineSeconds": 3601})) == told("Replace", "is Replace: a run may take 3601s and the next kills it after 3600s; set Forbid")
}

unkillable(facts) := object.union(facts, {"params": {"replace": false}})

test_denies_killing_a_run_where_the_platform_says_so if {
	findings_of(unkillable(cronjob("Replace", {}))) == told("Replace", "is Replace, which kills a run in the middle of its work; set Forbid")
}

test_denies_killing_a_run_once if {
	count(findings_of(unkillable(cronjob("Replace", {"activeDeadlineSeconds": 3601})))) == 1
}

test_allows_a_run_that_the_next_one_replaces if {
	findings_of(cronjob("Replace", {})) == set()
}

test_allows_one_run_at_a_time if {
	findings_of(cronjob("Forbid", {})) == set()
}

test_allows_a_schedule_that_cannot_be_read_or_never_comes if {
	findings_of(json.remove(cronjob("Allow", {}), ["cronjob/timetable/interval"])) == set()
}
