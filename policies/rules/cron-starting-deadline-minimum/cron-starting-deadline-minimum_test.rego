package batchgate.rules_test["cron-starting-deadline-minimum"]

import data.batchgate.rules["cron-starting-deadline-minimum"] as rule

cronjob(spec) := {"cronjob": {"metadata": {}, "spec": spec}, "params": {"min": 10}}

findings_of(facts) := findings if findings := rule.deny with input as facts

test_denies_less_than_the_least if {
	every deadline in [0, 9] {
		findings_of(cronjob({"startingDeadlineSeconds": deadline})) == {{
			"field": ["cronjob", "spec", "startingDeadlineSeconds"],
			"msg": $"is {deadline}, so that runs may never start; the least allowed is 10",
			"value": deadline,
			"fix": 10,
		}}
	}
}

test_allows_the_least if {
	findings_of(cronjob({"startingDeadlineSeconds": 10})) == set()
}

test_allows_no_deadline if {
	findings_of(cronjob({})) == set()
}
