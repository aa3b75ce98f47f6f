package batchgate.rules_test["indexed-advice"]

import data.batchgate.rules["indexed-advice"] as rule

job(spec, container) := {
	"job": {"spec": spec},
	"containers": [object.union({"name": "main", "role": "main"}, container)],
	"intent": {"job.spec.podReplacementPolicy": "ambiguous"},
	"owner": {},
	"params": {"fixedCount": false},
}

counted(facts) := object.union(facts, {"params": {"fixedCount": true}})

findings_of(facts) := findings if findings := rule.deny with input as facts

reader := {"command": ["sh", "-c", "work $JOB_COMPLETION_INDEX"]}

training := {"resources": {"limits": {"cpu": "4", "nvidia.com/gpu": "1"}}}

indexed := {"completionMode": "Indexed", "completions": 3}

by_annotation := {"env": [{
	"name": "PART",
	"valueFrom": {"fieldRef": {"fieldPath": "metadata.annotations['batch.kubernetes.io/job-completion-index']"}},
}]}

test_denies_an_index_that_is_not_there if {
	every mode in [{}, {"completionMode": "NonIndexed"}] {
		findings_of(job(object.union(mode, {"completions": 2}), reader)) == {{
			"field": ["job", "spec", "completionMode"],
			"msg": "must be Indexed: container main reads the completion index",
			"fix": "Indexed",
		}}
	}
}

test_denies_an_index_of_parts_that_nobody_counted if {
	findings_of(job({"parallelism": 2}, reader)) == {{
		"field": ["job", "spec", "completionMode"],
		"msg": "must be Indexed, with completions for the number of parts: container main reads the completion index",
	}}
}

test_denies_a_fixed_number_of_pods_without_an_index_when_asked_to if {
	findings_of(counted(job({"completions": 8}, {}))) == {{
		"field": ["job", "spec", "completionMode"],
		"msg": "should be Indexed, so that each of the 8 Pods knows its part by JOB_COMPLETION_INDEX",
		"fix": "Indexed",
	}}
	count(findings_of(counted(job({"completions": 2}, reader)))) == 1
}

test_allows_what_has_no_fixed_number_of_parts if {
	every spec in [{"parallelism": 4}, {"completions": 1}, indexed] {
		findings_of(counted(job(spec, {}))) == set()
	}
}

test_denies_wherever_the_index_is_read if {
	every container in [
		reader,
		{"args": ["--part=$(JOB_COMPLETION_INDEX)"]},
		{"env": [{"name": "PART", "value": "$(JOB_COMPLETION_INDEX)"}]},
		by_annotation,
	] {
		count(findings_of(job({"completions": 2}, container))) == 1
		count(findings_of(job({"parallelism": 2}, container))) == 1
	}
}

test_allows_a_single_pod_to_read_an_index if {
	every spec in [{}, {"completions": 1}, {"completions": 1, "parallelism": 2}, {"parallelism": 1}] {
		findings_of(job(spec, reader)) == set()
	}
}

test_allows_an_indexed_job_to_read_its_index if {
	findings_of(job(indexed, reader)) == set()
}

test_allows_a_container_that_sets_the_variable_itself if {
	own := {"env": [{"name": "JOB_COMPLETION_INDEX", "value": "7"}]}
	findings_of(job({"completions": 2}, object.union(reader, own))) == set()
}

test_allows_pods_that_share_no_part if {
	findings_of(job({"completions": 2}, {"command": ["work"], "env": [{"name": "A", "value": "b"}]})) == set()
}

test_denies_two_pods_of_an_index_and_one_device if {
	every policy in [{}, {"podReplacementPolicy": "TerminatingOrFailed"}] {
		findings_of(job(object.union(indexed, policy), training)) == {{
			"field": ["job", "spec", "podReplacementPolicy"],
			"msg": "should be Failed, else an index has two Pods for its nvidia.com/gpu",
			"fix": "Failed",
		}}
	}
}

test_allows_what_waits_for_the_old_pod if {
	findings_of(job(object.union(indexed, {"podReplacementPolicy": "Failed"}), training)) == set()
	findings_of(job(object.union(indexed, {"podFailurePolicy": {"rules": []}}), training)) == set()
}

test_allows_what_its_author_decided if {
	decided := object.union(
		job(object.union(indexed, {"podReplacementPolicy": "TerminatingOrFailed"}), training),
		{"intent": {"job.spec.podReplacementPolicy": "explicit"}},
	)
	findings_of(decided) == set()
}

test_allows_what_an_operator_decided if {
	findings_of(object.union(job(indexed, training), {"owner": {"controller": "operator"}})) == set()
}

test_allows_indexes_that_need_no_device if {
	findings_of(job(indexed, {"resources": {"limits": {"cpu": "4"}}})) == set()
}
