package batchgate.rules_test["hook-hygiene"]

import data.batchgate.rules["hook-hygiene"] as rule

params := {"deadline": 3600, "retries": 4, "ttl": 600}

hook(tool, spec) := {
	"job": {"metadata": {"name": "migrate"}, "spec": object.union({"activeDeadlineSeconds": 600}, spec)},
	"owner": {"hook": tool},
	"params": params,
}

policy(tool, value) := object.union(hook(tool, {}), {"job": {"metadata": {"annotations": {
	"helm.sh/hook-delete-policy": value,
	"argocd.argoproj.io/hook-delete-policy": value,
}}}})

findings_of(facts) := findings if findings := rule.deny with input as facts

messages_of(facts) := {finding.msg | some finding in findings_of(facts)}

test_denies_a_hook_without_a_deadline if {
	findings_of(json.remove(hook("helm", {}), ["job/spec/activeDeadlineSeconds"])) == {{
		"field": ["job", "spec", "activeDeadlineSeconds"],
		"msg": "is not set, so a hook that hangs blocks the release; at most 3600",
		"fix": 3600,
	}}
}

test_denies_a_longer_deadline_than_allowed if {
	findings_of(hook("argocd", {"activeDeadlineSeconds": 3601})) == {{
		"field": ["job", "spec", "activeDeadlineSeconds"],
		"msg": "lets a hook that hangs block the release for 3601s; at most 3600",
		"value": 3601,
		"fix": 3600,
	}}
}

test_denies_more_retries_than_allowed if {
	findings_of(hook("helm", {"backoffLimit": 5})) == {{
		"field": ["job", "spec", "backoffLimit"],
		"msg": "is 5, so a hook that cannot succeed blocks the release for long; at most 4",
		"value": 5,
		"fix": 4,
	}}
}

test_denies_a_ttl_that_removes_the_hook_too_soon if {
	findings_of(hook("argocd", {"ttlSecondsAfterFinished": 599})) == {{
		"field": ["job", "spec", "ttlSecondsAfterFinished"],
		"msg": "may remove the hook after 599s, before argocd has seen it end; at least 600, or none",
		"value": 599,
		"fix": 600,
	}}
}

test_allows_the_bounds if {
	spec := {"activeDeadlineSeconds": 3600, "backoffLimit": 4, "ttlSecondsAfterFinished": 600}
	findings_of(hook("helm", spec)) == set()
}

test_allows_the_open_limit_of_a_job_with_a_limit_per_index if {
	findings_of(hook("helm", {"backoffLimit": 2147483647, "backoffLimitPerIndex": 1})) == set()
}

test_denies_a_policy_that_leaves_a_hook_behind if {
	findings_of(policy("helm", "hook-succeeded")) == {{
		"field": ["job", "metadata", "annotations", "helm.sh/hook-delete-policy"],
		"msg": "is hook-succeeded, so the name can be taken when the hook runs again; add before-hook-creation",
		"value": "hook-succeeded",
	}}
	findings_of(policy("argocd", "HookFailed")) == {{
		"field": ["job", "metadata", "annotations", "argocd.argoproj.io/hook-delete-policy"],
		"msg": "is HookFailed, so the name can be taken when the hook runs again; add BeforeHookCreation",
		"value": "HookFailed",
	}}
}

test_allows_a_policy_that_leaves_nothing_behind if {
	every value in ["before-hook-creation", "hook-succeeded, before-hook-creation", "hook-succeeded,hook-failed"] {
		findings_of(policy("helm", value)) == set()
	}
	every value in ["BeforeHookCreation", "HookSucceeded,HookFailed"] {
		findings_of(policy("argocd", value)) == set()
	}
	findings_of(hook("helm", {})) == set()
}

test_allows_names_that_are_never_taken if {
	left := policy("helm", "hook-succeeded")
	findings_of(object.union(left, {"job": {"metadata": {"generateName": "migrate-"}}})) == set()
	findings_of(object.union(left, {"job": {"metadata": {"name": "migrate-12"}}})) == set()
	count(messages_of(object.union(left, {"job": {"metadata": {"name": "migrate-v12"}}}))) == 1
}

test_allows_a_test_that_holds_nothing_back if {
	every phases in ["test", "test-success", "test-success,test-failure"] {
		slow := {"job": {"metadata": {"annotations": {"helm.sh/hook": phases}}}}
		findings_of(object.union(hook("helm", {"ttlSecondsAfterFinished": 0, "backoffLimit": 9, "activeDeadlineSeconds": 9999}), slow)) == set()
		count(messages_of(object.union(policy("helm", "hook-succeeded"), slow))) == 1
	}
}

test_denies_a_test_that_is_a_hook_of_the_release_too if {
	both := {"job": {"metadata": {"annotations": {"helm.sh/hook": "post-install, test"}}}}
	count(messages_of(object.union(hook("helm", {"ttlSecondsAfterFinished": 0}), both))) == 1
	test := {"job": {"metadata": {"annotations": {"helm.sh/hook": "test"}}}}
	count(messages_of(object.union(hook("argocd", {"ttlSecondsAfterFinished": 0}), test))) == 1
}

test_allows_what_is_no_hook if {
	bad := hook("helm", {"ttlSecondsAfterFinished": 0, "backoffLimit": 9})
	findings_of(json.remove(bad, ["owner/hook"])) == set()
	findings_of(object.union(bad, {"cronjob": {"spec": {}}})) == set()
	findings_of(object.union(bad, {"owner": {"controller": "cronjob"}})) == set()
}
