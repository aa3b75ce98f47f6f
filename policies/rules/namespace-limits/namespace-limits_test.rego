package batchgate.rules_test["namespace-limits"]

import data.batchgate.rules["namespace-limits"] as rule

gi := 1073741824

job(spec, own) := {
	"operation": "CREATE",
	"job": {"metadata": {}, "spec": spec},
	"pod": {"spec": {"restartPolicy": "Never"}},
	"containers": [{"name": "main", "role": "main", "quantities": own}],
	"owner": {},
	"namespace": {"name": "payments", "limitRanges": [], "resourceQuotas": []},
}

ranged(facts, range) := object.union(facts, {"namespace": {"limitRanges": [range]}})

quota(hard, used, scopes) := {"name": "compute", "hard": hard, "used": used, "scopes": scopes}

limited(facts, quotas) := object.union(facts, {"namespace": {"resourceQuotas": quotas}})

findings_of(facts) := findings if findings := rule.deny with input as facts

messages_of(facts) := {finding.msg | some finding in findings_of(facts)}

sized := {"requests": {"cpu": 1000, "memory": gi}, "limits": {"cpu": 2000, "memory": gi}}

compute(hard, used) := [quota({"requests.cpu": hard}, {"requests.cpu": used}, [])]

test_denies_what_a_limit_range_refuses_of_a_container if {
	findings_of(ranged(job({}, sized), {"type": "Container", "max": {"cpu": 1999}, "min": {"memory": 2 * gi}})) == {
		{
			"field": ["containers", "main", "resources", "limits", "cpu"],
			"msg": "has a cpu limit of 2, the LimitRange allows a Container at most 1999m",
		},
		{
			"field": ["containers", "main", "resources", "requests", "memory"],
			"msg": "has a memory request of 1Gi, the LimitRange asks a Container for at least 2Gi",
		},
	}
}

test_denies_what_a_limit_range_refuses_of_a_pod if {
	findings_of(ranged(job({}, sized), {"type": "Pod", "maxLimitRequestRatio": {"cpu": 1.5}})) == {{
		"field": ["pod", "spec"],
		"msg": "has a cpu limit of 2 and a request of 1, the LimitRange allows 1.5 times as much",
	}}
	whole := object.union(job({}, sized), {"pod": {"quantities": {"limits": {"cpu": 3000}}}})
	messages_of(ranged(whole, {"type": "Pod", "max": {"cpu": 2000}})) == {"has a cpu limit of 3, the LimitRange allows a Pod at most 2"}
}

test_denies_a_request_above_the_limit_that_a_limit_range_gives if {
	messages_of(ranged(job({}, {"requests": {"memory": 2 * gi}}), {"type": "Container", "default": {"memory": gi}})) == {"has a memory request of 2Gi, the LimitRange gives a limit of 1Gi; name both"}
}

test_allows_what_a_limit_range_allows if {
	findings_of(ranged(job({}, sized), {"type": "Container", "min": {"cpu": 1000}, "max": {"cpu": 2000}})) == set()
	findings_of(ranged(job({}, {}), {"type": "Container", "max": {"cpu": 2000}, "default": {"cpu": 1000}})) == set()
	findings_of(ranged(job({}, sized), {"type": "Pod", "maxLimitRequestRatio": {"cpu": 2}})) == set()
}

test_denies_a_pod_that_does_not_fit_into_what_is_free if {
	findings_of(limited(job({}, sized), compute(4000, 3001))) == {{
		"field": ["pod", "spec"],
		"msg": "has cpu requests of 1, ResourceQuota compute has 999m of 4 left: no Pod fits",
	}}
	messages_of(limited(job({}, sized), compute(4000, 5000))) == {"has cpu requests of 1, ResourceQuota compute has none of 4 left: no Pod fits"}
}

test_denies_more_pods_at_once_than_fit_into_what_is_free if {
	findings_of(limited(job({"parallelism": 5, "completions": 4}, sized), compute(4000, 1000))) == {{
		"field": ["job", "spec", "parallelism"],
		"msg": "runs 4 Pods with cpu requests of 1, ResourceQuota compute has 3 of 4 left: 3 fit",
		"value": 5,
		"fix": 3,
	}}
}

test_denies_more_pods_than_a_quota_of_pods_has if {
	of_pods := [quota({"pods": 5}, {"pods": 2}, [])]
	findings_of(limited(job({"parallelism": 4}, sized), of_pods)) == {{
		"field": ["job", "spec", "parallelism"],
		"msg": "runs 4 Pods, ResourceQuota compute has 3 of 5 left: 3 fit",
		"value": 4,
		"fix": 3,
	}}
	findings_of(limited(job({"parallelism": 3}, sized), of_pods)) == set()
}

test_denies_a_pod_where_a_quota_of_pods_has_none if {
	findings_of(limited(job({"parallelism": 1}, sized), [quota({"pods": 3}, {"pods": 3}, [])])) == {{
		"field": ["job", "spec", "parallelism"],
		"msg": "runs 1 Pod, ResourceQuota compute has none of 3 left: no Pod fits",
	}}
	findings_of(limited(job({"parallelism": 0}, sized), [quota({"pods": 3}, {"pods": 3}, [])])) == set()
}

of_objects(hard, used) := [quota(
	{"count/jobs.batch": hard, "count/cronjobs.batch": hard},
	{"count/jobs.batch": used, "count/cronjobs.batch": used},
	[],
)]

test_denies_one_job_too_many if {
	findings_of(limited(job({}, sized), of_objects(3, 3))) == {{
		"field": ["job", "metadata", "name"],
		"msg": "is one Job too many, ResourceQuota compute has none of 3 left",
	}}
	findings_of(limited(job({"suspend": true}, sized), of_objects(0, 0))) == {{
		"field": ["job", "metadata", "name"],
		"msg": "is one Job too many, ResourceQuota compute has none of 0 left",
	}}
}

test_denies_one_cronjob_too_many if {
	cronjob := object.union(job({}, sized), {"cronjob": {"spec": {}}})
	findings_of(limited(cronjob, of_objects(3, 4))) == {{
		"field": ["cronjob", "metadata", "name"],
		"msg": "is one CronJob too many, ResourceQuota compute has none of 3 left",
	}}
	findings_of(limited(object.union(cronjob, {"operation": "UPDATE"}), of_objects(0, 1))) == {{
		"field": ["cronjob", "spec", "jobTemplate"],
		"msg": "is for no Job, ResourceQuota compute allows none",
	}}
}

test_allows_the_last_job_and_cronjob if {
	cronjob := object.union(job({}, sized), {"cronjob": {"spec": {}}})
	every one in [job({}, sized), cronjob] {
		findings_of(limited(one, of_objects(3, 2))) == set()
		findings_of(limited(object.union(one, {"operation": "UPDATE"}), of_objects(3, 3))) == set()
	}
}

test_allows_what_just_fits if {
	findings_of(limited(job({"parallelism": 3}, sized), compute(4000, 1000))) == set()
	findings_of(limited(job({"parallelism": 5, "completions": 3}, sized), compute(4000, 1000))) == set()
	findings_of(limited(job({}, sized), [quota({"services": 0, "count/jobs.batch": 4}, {"services": 0, "count/jobs.batch": 3}, [])])) == set()
}

test_denies_by_the_whole_quota_what_runs_later_or_already if {
	large := limited(job({"parallelism": 5}, sized), compute(4000, 4000))
	every later in [
		object.union(large, {"job": {"spec": {"suspend": true}}}),
		object.union(large, {"operation": "UPDATE"}),
		object.union(large, {"owner": {"controller": "cronjob"}}),
		object.union(large, {"cronjob": {"spec": {}}}),
	] {
		messages_of(later) == {"runs 5 Pods with cpu requests of 1, ResourceQuota compute has 4 in all: 4 fit"}
		findings_of(object.union(later, {"job": {"spec": {"parallelism": 4}}})) == set()
	}
}

test_denies_a_container_without_what_a_quota_makes_mandatory if {
	hard := {"limits.memory": 10 * gi, "requests.cpu": 4000, "limits.ephemeral-storage": gi}
	quotas := [quota(hard, {"limits.memory": 0, "requests.cpu": 0, "limits.ephemeral-storage": 0}, [])]
	bare := limited(job({}, {"requests": {"memory": gi}}), quotas)
	findings_of(bare) == {
		{
			"field": ["containers", "main", "resources", "limits", "memory"],
			"msg": "has no memory limit, ResourceQuota compute asks every container for one",
		},
		{
			"field": ["containers", "main", "resources", "requests", "cpu"],
			"msg": "has no cpu request, ResourceQuota compute asks every container for one",
		},
	}
	findings_of(ranged(bare, {"type": "Container", "default": {"cpu": 1000, "memory": gi}})) == set()
	findings_of(object.union(bare, {"pod": {"quantities": {"limits": {"memory": gi}}}})) == set()
	findings_of(object.remove(bare, ["namespace"])) == set()
}

test_allows_a_pod_that_is_in_no_scope_of_the_quota if {
	every scopes in [["Terminating"], ["BestEffort"], ["NotTerminating", "PriorityClass"]] {
		findings_of(limited(job({}, sized), [quota({"requests.cpu": 1}, {"requests.cpu": 0}, scopes)])) == set()
	}
}

test_denies_a_pod_that_is_in_every_scope_of_the_quota if {
	every scopes in [["NotTerminating"], ["NotBestEffort", "NotTerminating"]] {
		count(findings_of(limited(job({}, sized), [quota({"requests.cpu": 1}, {"requests.cpu": 0}, scopes)]))) == 1
	}
	short := object.union(job({}, {}), {"pod": {"spec": {"activeDeadlineSeconds": 60}}})
	messages_of(limited(short, [quota({"pods": 0}, {"pods": 0}, ["BestEffort", "Terminating"])])) == {"runs 1 Pod, ResourceQuota compute has none of 0 left: no Pod fits"}
}
