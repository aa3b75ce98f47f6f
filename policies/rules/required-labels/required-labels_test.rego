package batchgate.rules_test["required-labels"]

import data.batchgate.rules["required-labels"] as rule

labelled(labels) := {"metadata": {"labels": labels}, "spec": {"schedule": "@daily"}}

params := {"required": ["app.kubernetes.io/name", "team"]}

job(own, template) := {"job": labelled(own), "pod": labelled(template), "params": params}

both := {"app.kubernetes.io/name": "report", "team": "data"}

findings_of(facts) := findings if findings := rule.deny with input as facts

test_denies_each_label_that_is_missing if {
	findings_of(job({"team": "data"}, both)) == {{
		"field": ["job", "metadata", "labels"],
		"msg": "must have the label app.kubernetes.io/name",
	}}
	findings_of(job(both, {"app.kubernetes.io/name": "report"})) == {{
		"field": ["pod", "metadata", "labels"],
		"msg": "must have the label team",
	}}
}

test_denies_an_object_without_labels if {
	findings_of({"job": {"metadata": {}}, "pod": {}, "params": {"required": ["team"]}}) == {
		{"field": ["job", "metadata", "labels"], "msg": "must have the label team"},
		{"field": ["pod", "metadata", "labels"], "msg": "must have the label team"},
	}
}

test_denies_a_cronjob_for_itself if {
	findings_of(object.union(job(both, both), {"cronjob": labelled({"team": "data"})})) == {{
		"field": ["cronjob", "metadata", "labels"],
		"msg": "must have the label app.kubernetes.io/name",
	}}
}

test_allows_what_has_all_labels if {
	findings_of(job(both, both)) == set()
	findings_of(object.union(job(both, both), {"cronjob": labelled(both)})) == set()
}

test_allows_everything_until_it_is_configured if {
	silent := {"job": {}, "pod": {}, "cronjob": labelled({}), "params": {"required": []}}
	findings_of(silent) == set()
}
