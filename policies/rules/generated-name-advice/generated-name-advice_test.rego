package batchgate.rules_test["generated-name-advice"]

import data.batchgate.rules["generated-name-advice"] as rule

job(metadata, owner) := {"operation": "CREATE", "job": {"metadata": metadata, "spec": {}}, "owner": owner}

findings_of(facts) := findings if findings := rule.deny with input as facts

test_denies_a_fixed_name if {
	findings_of(job({"name": "unit-tests"}, {})) == {{
		"field": ["job", "metadata", "name"],
		"msg": "is unit-tests, which the next run finds taken; write generateName: unit-tests- and use kubectl create",
		"value": "unit-tests",
	}}
}

test_allows_a_generated_name_drawn_or_not if {
	findings_of(job({"generateName": "unit-tests-"}, {})) == set()
	findings_of(job({"generateName": "unit-tests-", "name": "unit-tests-x7k2q"}, {})) == set()
}

test_allows_names_that_somebody_else_gives if {
	every owner in [{"controller": "cronjob"}, {"hook": "helm"}, {"reconciler": "argocd"}] {
		findings_of(job({"name": "unit-tests"}, owner)) == set()
	}
}

test_allows_cronjobs_and_updates if {
	findings_of(object.union(job({"name": "unit-tests"}, {}), {"cronjob": {"spec": {}}})) == set()
	findings_of(object.union(job({"name": "unit-tests"}, {}), {"operation": "UPDATE"})) == set()
}
