package batchgate.rules_test["at-most-once"]

import data.batchgate.rules["at-most-once"] as rule

right := {"backoffLimit": 0, "parallelism": 1, "completions": 1, "podReplacementPolicy": "Failed"}

job(spec) := {
	"job": {"metadata": {}, "spec": object.union(right, spec)},
	"pod": {"metadata": {}, "spec": {"restartPolicy": "Never"}},
	"containers": [{"name": "main", "role": "main"}],
	"params": {"retries": 0},
}

cronjob(spec, policy) := object.union(job({}), {
	"job": {"metadata": {}, "spec": spec},
	"cronjob": {"metadata": {}, "spec": {"concurrencyPolicy": policy}},
})

silent(facts) := json.remove(facts, [$"job/spec/{name}" | some name in object.keys(right)])

with_container(container) := object.union(job({}), {"containers": [object.union({"name": "main", "role": "main"}, container)]})

allowing_one(facts) := object.union(facts, {"params": {"retries": 1}})

findings_of(facts) := findings if findings := rule.deny with input as facts

told(field, seen, wanted) := {
	"field": field,
	"msg": $"is {seen}, must be {wanted}; even so Kubernetes runs it only about once",
	"value": seen,
	"fix": wanted,
}

test_sets_what_kubernetes_would_say_otherwise if {
	rule.defaults.job.spec.podReplacementPolicy == "Failed" with input as job({})
	rule.defaults.cronjob.spec.concurrencyPolicy == "Forbid" with input as job({})
}

test_allows_one_pod_without_retries if {
	findings_of(job({})) == set()
	findings_of(cronjob(right, "Forbid")) == set()
}

test_denies_each_value_that_repeats_the_work if {
	every name, pair in {
		"backoffLimit": [1, 0],
		"parallelism": [2, 1],
		"completions": [2, 1],
		"podReplacementPolicy": ["TerminatingOrFailed", "Failed"],
	} {
		findings_of(job({name: pair[0]})) == {told(["job", "spec", name], pair[0], pair[1])}
	}
}

test_denies_restarts_in_place if {
	facts := object.union(job({}), {"pod": {"spec": {"restartPolicy": "OnFailure"}}})
	findings_of(facts) == {told(["pod", "spec", "restartPolicy"], "OnFailure", "Never")}
}

test_denies_restarts_of_a_container if {
	findings_of(with_container({"restartPolicy": "OnFailure"})) == {{
		"field": ["containers", "main", "restartPolicy"],
		"msg": "restartPolicy is OnFailure, must be Never; even so Kubernetes runs it only about once",
		"value": "OnFailure",
		"fix": "Never",
	}}
}

test_denies_restart_rules if {
	findings_of(with_container({"restartPolicy": "Never", "restartPolicyRules": [{"action": "Restart"}]})) == {{
		"field": ["containers", "main", "restartPolicyRules"],
		"msg": "restartPolicyRules run again what has run, must be left out; even so Kubernetes runs it only about once",
		"value": [{"action": "Restart"}],
	}}
}

sidecar(action) := with_container({"role": "sidecar", "restartPolicy": "Always", "restartPolicyRules": [{"action": action}]})

test_denies_a_sidecar_that_restarts_the_whole_pod if {
	count(findings_of(sidecar("RestartAllContainers"))) == 1
}

test_allows_a_sidecar_that_restarts_itself if {
	findings_of(sidecar("Restart")) == set()
}

test_denies_ignored_failures if {
	findings_of(job({"podFailurePolicy": {"rules": [{"action": "Count"}, {"action": "Ignore"}]}})) == {{
		"field": ["job", "spec", "podFailurePolicy"],
		"msg": "retries the failures it ignores, must ignore none; even so Kubernetes runs it only about once",
		"value": [{"action": "Ignore"}],
	}}
}

test_allows_a_policy_that_fails_the_job if {
	findings_of(job({"podFailurePolicy": {"rules": [{"action": "FailJob"}]}})) == set()
}

test_denies_retries_of_an_index if {
	of_index := {"backoffLimit": 2147483647, "backoffLimitPerIndex": 1}
	findings_of(job(of_index)) == {told(["job", "spec", "backoffLimitPerIndex"], 1, 0)}
	findings_of(job(object.union(of_index, {"backoffLimitPerIndex": 0}))) == set()
}

test_allows_as_many_retries_as_the_platform_says if {
	findings_of(allowing_one(job({"backoffLimit": 1}))) == set()
	findings_of(allowing_one(job({"backoffLimit": 2}))) == {{
		"field": ["job", "spec", "backoffLimit"],
		"msg": "is 2, must be at most 1; even so Kubernetes runs it only about once",
		"value": 2,
		"fix": 1,
	}}
}

test_denies_the_defaults_of_kubernetes_in_a_cronjob if {
	findings_of(silent(cronjob({}, "Allow"))) == {
		told(["cronjob", "spec", "concurrencyPolicy"], "Allow", "Forbid"),
		{
			"field": ["job", "spec", "backoffLimit"],
			"msg": "is not set and becomes 6, must be 0; even so Kubernetes runs it only about once",
			"fix": 0,
		},
		{
			"field": ["job", "spec", "podReplacementPolicy"],
			"msg": "is not set and becomes TerminatingOrFailed, must be Failed; even so Kubernetes runs it only about once",
			"fix": "Failed",
		},
	}
}

test_allows_silence_where_the_default_holds if {
	six := object.union(cronjob({"podFailurePolicy": {"rules": []}}, "Forbid"), {"params": {"retries": 6}})
	findings_of(silent(six)) == set()
}
