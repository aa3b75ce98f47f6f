package batchgate.rules_test["gitops-rerun"]

import data.batchgate.rules["gitops-rerun"] as rule

job(owner) := {
	"job": {"metadata": {}, "spec": {"ttlSecondsAfterFinished": 3600}},
	"owner": owner,
	"params": {"exempt": []},
}

findings_of(facts) := findings if findings := rule.deny with input as facts

told(msg) := {{"field": ["job", "spec", "ttlSecondsAfterFinished"], "msg": msg, "value": 3600}}

test_denies_a_ttl_on_a_job_that_argo_cd_keeps if {
	findings_of(job({"reconciler": "argocd"})) == told(concat(" ", [
		"is 3600: once the Job is gone, Argo CD runs it again;",
		"leave it out or make the Job a hook",
	]))
}

test_denies_a_ttl_on_a_job_of_a_helm_release if {
	findings_of(job({"reconciler": "helm"})) == told(concat(" ", [
		"is 3600: once the Job is gone, the next helm upgrade runs it again;",
		"leave it out or make the Job a hook",
	]))
}

test_denies_a_ttl_where_the_tool_has_no_hooks if {
	findings_of(job({"reconciler": "flux"})) == told("is 3600: once the Job is gone, Flux runs it again; leave it out")
	findings_of(job({"reconciler": "kapp"})) == told("is 3600: once the Job is gone, kapp runs it again; leave it out")
}

test_denies_a_ttl_of_zero if {
	at_once := json.patch(job({"reconciler": "flux"}), [{"op": "replace", "path": "job/spec/ttlSecondsAfterFinished", "value": 0}])
	count(findings_of(at_once)) == 1
}

test_allows_a_ttl_on_a_job_that_nobody_keeps if {
	findings_of(job({})) == set()
}

test_allows_a_ttl_on_a_hook if {
	findings_of(job({"reconciler": "helm", "hook": "helm"})) == set()
}

test_allows_a_ttl_on_a_job_that_another_object_makes if {
	every controller in ["cronjob", "manual", "operator"] {
		findings_of(job({"reconciler": "helm", "controller": controller})) == set()
	}
}

test_allows_a_ttl_in_a_cronjob if {
	findings_of(object.union(job({"reconciler": "argocd"}), {"cronjob": {"spec": {}}})) == set()
}

test_allows_a_kept_job_without_a_ttl if {
	findings_of(json.remove(job({"reconciler": "argocd"}), ["job/spec/ttlSecondsAfterFinished"])) == set()
}

test_allows_the_tools_that_are_exempt if {
	findings_of(object.union(job({"reconciler": "helm"}), {"params": {"exempt": ["helm"]}})) == set()
}
