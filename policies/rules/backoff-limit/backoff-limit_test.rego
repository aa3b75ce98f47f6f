package batchgate.rules_test["backoff-limit"]

import data.batchgate.rules["backoff-limit"] as rule

job(spec) := {
	"job": {"metadata": {}, "spec": spec},
	"pod": {"spec": {"restartPolicy": "Never"}},
	"containers": [{"name": "main", "role": "main"}],
	"owner": {},
	"params": {"value": 4, "max": 10},
}

filled(facts) if rule.defaults.job.spec.backoffLimit == 4 with input as facts

findings_of(facts) := findings if findings := rule.deny with input as facts

test_sets_the_limit_of_a_job_that_names_none if {
	filled(job({}))
}

test_sets_no_more_than_the_most_allowed if {
	lowered := object.union(job({}), {"params": {"value": 4, "max": 2}})
	rule.defaults.job.spec.backoffLimit == 2 with input as lowered
}

test_keeps_off_a_job_with_a_limit_per_index if {
	not filled(job({"backoffLimitPerIndex": 0}))
}

test_sets_the_limit_of_a_run_of_a_cronjob if {
	filled(object.union(job({}), {"owner": {"controller": "cronjob"}}))
}

test_keeps_off_sidecars_that_restart_in_place if {
	with_sidecar := object.union(job({}), {"containers": [
		{"name": "main", "role": "main"},
		{"name": "proxy", "role": "sidecar"},
	]})
	filled(with_sidecar)
	not filled(object.union(with_sidecar, {"pod": {"spec": {"restartPolicy": "OnFailure"}}}))
}

test_sets_the_limit_of_containers_that_restart_in_place if {
	filled(object.union(job({}), {"pod": {"spec": {"restartPolicy": "OnFailure"}}}))
}

test_denies_more_retries_than_allowed if {
	findings_of(job({"backoffLimit": 50})) == {{
		"field": ["job", "spec", "backoffLimit"],
		"msg": "is 50, the most allowed is 10",
		"value": 50,
		"fix": 10,
	}}
}

test_allows_as_many_retries_as_allowed if {
	every limit in [0, 10] {
		findings_of(job({"backoffLimit": limit})) == set()
	}
}

test_allows_the_open_limit_of_a_job_with_a_limit_per_index if {
	findings_of(job({"backoffLimit": 2147483647, "backoffLimitPerIndex": 10})) == set()
}

test_denies_more_retries_per_index_than_allowed if {
	findings_of(job({"backoffLimit": 2147483647, "backoffLimitPerIndex": 11})) == {{
		"field": ["job", "spec", "backoffLimitPerIndex"],
		"msg": "is 11, the most allowed is 10",
		"value": 11,
		"fix": 10,
	}}
}

test_denies_silence_that_becomes_more_than_allowed if {
	strict := object.union(job({}), {"params": {"value": 0, "max": 3}})
	findings_of(strict) == {{
		"field": ["job", "spec", "backoffLimit"],
		"msg": "is not set and becomes 6, the most allowed is 3",
		"fix": 3,
	}}
	findings_of(object.union(strict, {"job": {"spec": {"backoffLimitPerIndex": 1}}})) == set()
	findings_of(object.union(strict, {"job": {"spec": {"backoffLimit": 3}}})) == set()
	findings_of(json.remove(strict, ["job/spec"])) == set()
}

test_allows_silence_that_becomes_no_more_than_allowed if {
	findings_of(object.union(job({}), {"params": {"value": 4, "max": 6}})) == set()
}

test_denies_more_than_the_most_whatever_it_sets_itself if {
	findings_of(object.union(job({"backoffLimit": 15}), {"params": {"value": 20}})) == {{
		"field": ["job", "spec", "backoffLimit"],
		"msg": "is 15, the most allowed is 10",
		"value": 15,
		"fix": 10,
	}}
}
