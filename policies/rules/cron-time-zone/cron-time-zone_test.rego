package batchgate.rules_test["cron-time-zone"]

import data.batchgate.rules["cron-time-zone"] as rule

cronjob(schedule, spec, facts) := {
	"operation": "CREATE",
	"cronjob": {
		"metadata": {},
		"spec": object.union({"schedule": schedule}, spec),
		"timetable": object.union({"fields": split(schedule, " ")}, facts),
	},
	"params": {"required": true, "zone": ""},
}

berlin := {"timeZone": "Europe/Berlin"}

in_zone(facts) := object.union(facts, {"params": {"zone": "Europe/Paris"}})

zone_of(facts) := zone if zone := rule.defaults.cronjob.spec.timeZone with input as facts

findings_of(facts) := findings if findings := rule.deny with input as facts

test_sets_the_zone_of_the_policy if {
	zone_of(in_zone(cronjob("15 2 * * *", {}, {}))) == "Europe/Paris"
}

test_keeps_off_when_the_policy_names_no_zone if {
	not zone_of(cronjob("15 2 * * *", {}, {}))
}

test_keeps_off_a_cronjob_that_is_there_already if {
	not zone_of(object.union(in_zone(cronjob("15 2 * * *", {}, {})), {"operation": "UPDATE"}))
}

unset(zone) := {{
	"field": ["cronjob", "spec", "timeZone"],
	"msg": $"is not set, so the schedule follows the controller's zone, mostly UTC; name one, such as {zone}",
	"fix": zone,
}}

test_denies_an_hour_or_a_day_in_no_zone if {
	every schedule in ["15 2 * * *", "15 9-17 * * *", "15 * 1 * *", "15 */2 * * 1", "15 * * 12 *"] {
		findings_of(cronjob(schedule, {}, {})) == unset("Etc/UTC")
	}
	findings_of(in_zone(cronjob("15 2 * * *", {}, {}))) == unset("Europe/Paris")
}

test_allows_no_zone_where_none_is_required if {
	findings_of(object.union(cronjob("15 2 * * *", {}, {}), {"params": {"required": false}})) == set()
}

test_allows_no_zone_where_no_hour_is_meant if {
	every schedule in ["15 * * * *", "*/5 */2 ? * *"] {
		findings_of(cronjob(schedule, {}, {})) == set()
	}
	findings_of(json.remove(cronjob("@every 2h", {}, {}), ["cronjob/timetable/fields"])) == set()
}

test_allows_a_job if {
	findings_of(json.remove(cronjob("15 2 * * *", {}, {}), ["cronjob"])) == set()
}

told(msg) := {{"field": ["cronjob", "spec", "schedule"], "msg": msg, "value": "30 2 * * *"}}

test_denies_an_hour_that_is_skipped_and_repeated if {
	findings_of(cronjob("30 2 * * *", berlin, {"skipped": "2026-03-29 02:30", "repeated": "2026-10-25 02:30"})) == told(concat(" ", [
		"skips 02:30 (as on 2026-03-29) and runs twice at 02:30 (as on 2026-10-25)",
		"when Europe/Berlin changes its clocks; take another hour",
	]))
}

test_denies_an_hour_that_is_only_skipped_or_only_repeated if {
	findings_of(cronjob("30 2 * * *", berlin, {"skipped": "2026-03-29 02:30"})) == told("skips 02:30 (as on 2026-03-29) when Europe/Berlin changes its clocks; take another hour")
	findings_of(cronjob("30 2 * * *", berlin, {"repeated": "2026-10-25 02:30"})) == told("runs twice at 02:30 (as on 2026-10-25) when Europe/Berlin changes its clocks; take another hour")
}

test_allows_an_hour_that_is_there_once_every_day if {
	findings_of(cronjob("30 4 * * *", berlin, {})) == set()
}

test_allows_every_hour_to_be_skipped_and_repeated if {
	findings_of(cronjob("30 */2 * * *", berlin, {"skipped": "2026-03-29 02:30", "repeated": "2026-10-25 02:30"})) == set()
}

test_denies_a_zone_inside_the_schedule if {
	every prefix in ["TZ=Europe/Berlin", "CRON_TZ=Europe/Berlin"] {
		schedule := $"{prefix} 30 4 * * *"
		findings_of(object.union(cronjob("30 4 * * *", {}, {}), {"operation": "UPDATE", "cronjob": {"spec": {"schedule": schedule}}})) == {{
			"field": ["cronjob", "spec", "schedule"],
			"msg": $"has {prefix} in it, which Kubernetes no longer lets anybody create; move it to timeZone",
			"value": schedule,
		}}
	}
}
