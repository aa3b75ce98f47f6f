package batchgate.rules_test["termination-message"]

import data.batchgate.rules["termination-message"] as rule

pod(policy) := {"containers": [
	{"name": "main", "role": "main", "terminationMessagePolicy": policy},
	{"name": "proxy", "role": "sidecar", "terminationMessagePolicy": "FallbackToLogsOnError"},
]}

test_sets_every_container if {
	containers := rule.defaults.containers with input as pod("File")
	containers == {
		"main": {"terminationMessagePolicy": "FallbackToLogsOnError"},
		"proxy": {"terminationMessagePolicy": "FallbackToLogsOnError"},
	}
}

test_denies_a_message_from_a_file_alone if {
	findings := rule.deny with input as pod("File")
	findings == {{
		"field": ["containers", "main", "terminationMessagePolicy"],
		"msg": "terminationMessagePolicy is File, FallbackToLogsOnError would keep the end of its log",
		"value": "File",
		"fix": "FallbackToLogsOnError",
	}}
}

test_allows_the_end_of_the_log if {
	findings := rule.deny with input as pod("FallbackToLogsOnError")
	findings == set()
}
