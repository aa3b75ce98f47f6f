package batchgate.rules_test["pod-failure-policy"]

import data.batchgate.rules["pod-failure-policy"] as rule

job(spec) := {
	"job": {"metadata": {}, "spec": spec},
	"pod": {"spec": {"restartPolicy": "Never"}},
	"containers": [{"name": "main", "role": "main", "resizePolicy": []}],
	"intent": {"job.spec.podReplacementPolicy": "unset"},
	"owner": {},
	"params": {"once": ["migration"]},
}

restarting(policy) := object.union(job({}), {"pod": {"spec": {"restartPolicy": policy}}})

ignores := [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}]

value_of(facts) := spec if spec := rule.defaults.job.spec with input as facts

filled(facts) if value_of(facts) == {"podFailurePolicy": {"rules": ignores}, "podReplacementPolicy": "Failed"}

kept(facts) if {
	spec := value_of(facts)
	not spec.podFailurePolicy.rules
	not spec.podReplacementPolicy
}

findings_of(facts) := findings if findings := rule.deny with input as facts

test_sets_a_policy_and_what_it_needs if {
	filled(job({}))
	filled(job({"backoffLimit": 4}))
}

test_sets_a_job_whose_replacement_policy_nobody_chose if {
	ambiguous := object.union(job({"podReplacementPolicy": "TerminatingOrFailed"}), {"intent": {"job.spec.podReplacementPolicy": "ambiguous"}})
	filled(ambiguous)
}

test_sets_a_job_that_replaces_failed_pods if {
	filled(object.union(job({"podReplacementPolicy": "Failed"}), {"intent": {"job.spec.podReplacementPolicy": "explicit"}}))
}

test_sets_a_job_that_is_given_never if {
	filled(restarting("Always"))
}

test_keeps_off_a_replacement_policy_that_somebody_chose if {
	chosen := {"intent": {"job.spec.podReplacementPolicy": "explicit"}}
	kept(object.union(job({"podReplacementPolicy": "TerminatingOrFailed"}), chosen))
}

test_keeps_off_pods_that_restart_in_place if {
	kept(restarting("OnFailure"))
	resized := {"containers": [{"name": "main", "resizePolicy": [{"restartPolicy": "RestartContainer"}]}]}
	kept(object.union(restarting("Always"), resized))
}

test_keeps_off_a_policy_that_somebody_wrote if {
	kept(job({"podFailurePolicy": {"rules": []}}))
}

untouched := [
	job({"backoffLimit": 0}),
	object.union(job({}), {"owner": {"manager": "kueue.x-k8s.io/multikueue"}}),
	object.union(job({}), {"owner": {"kind": "JobSet"}}),
	object.union(job({}), {"job": {"metadata": {"labels": {"batchgate.dev/profile": "migration"}}}}),
]

test_keeps_off_jobs_that_are_not_tried_again if {
	every facts in untouched {
		kept(facts)
	}
}

test_denies_retries_that_disruptions_use_up if {
	findings_of(job({})) == {{
		"field": ["job", "spec", "podFailurePolicy"],
		"msg": "is not set, so each Pod that is evicted or drained uses up a retry; ignore DisruptionTarget",
		"fix": {"rules": ignores},
	}}
}

test_denies_a_replacement_policy_that_goes_with_no_failure_policy if {
	chosen := {"intent": {"job.spec.podReplacementPolicy": "explicit"}}
	findings_of(object.union(job({"podReplacementPolicy": "TerminatingOrFailed"}), chosen)) == {{
		"field": ["job", "spec", "podFailurePolicy"],
		"msg": concat(" ", [
			"is not set, so each Pod that is evicted or drained uses up a retry;",
			"ignore DisruptionTarget, which needs podReplacementPolicy Failed too",
		]),
	}}
}

test_denies_a_job_of_a_cronjob_in_the_words_of_the_cronjob if {
	every controller in ["cronjob", "manual"] {
		run := object.union(job({"podReplacementPolicy": "TerminatingOrFailed"}), {
			"intent": {"job.spec.podReplacementPolicy": "explicit"},
			"owner": {"controller": controller},
		})
		findings_of(run) == findings_of(job({}))
	}
}

test_allows_jobs_that_are_not_tried_again if {
	every facts in untouched {
		findings_of(facts) == set()
	}
}

test_allows_a_policy_and_pods_that_can_have_none if {
	findings_of(job({"podFailurePolicy": {"rules": ignores}})) == set()
	findings_of(restarting("OnFailure")) == set()
}

test_denies_a_job_of_another_profile if {
	other := {"job": {"metadata": {"labels": {"batchgate.dev/profile": "batch"}}}}
	count(findings_of(object.union(job({}), other))) == 1
}
