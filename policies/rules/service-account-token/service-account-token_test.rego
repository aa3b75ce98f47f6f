package batchgate.rules_test["service-account-token"]

import data.batchgate.rules["service-account-token"] as rule

findings_of(spec) := findings if findings := rule.deny with input as {"pod": {"spec": spec}}

test_denies_a_token_of_the_default_account if {
	every spec in [{}, {"serviceAccountName": ""}, {"serviceAccountName": "default"}] {
		findings_of(spec) == {{
			"field": ["pod", "spec", "automountServiceAccountToken"],
			"msg": "is not set, must be false for the default service account",
			"fix": false,
		}}
	}
	{finding.msg | some finding in findings_of({"automountServiceAccountToken": true})} == {"is true, must be false for the default service account"}
}

test_allows_a_pod_without_a_token if {
	findings_of({"automountServiceAccountToken": false}) == set()
}

test_allows_an_account_of_its_own if {
	findings_of({"serviceAccountName": "reporter"}) == set()
}
