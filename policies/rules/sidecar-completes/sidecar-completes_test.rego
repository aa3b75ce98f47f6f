package batchgate.rules_test["sidecar-completes"]

import data.batchgate.rules["sidecar-completes"] as rule

work := {"name": "main", "role": "main", "reference": {"repository": "tools/report"}, "command": ["report"]}

proxy := {"name": "istio-proxy", "role": "main"}

by_image := {"name": "db", "role": "main", "reference": {"repository": "cloud-sql-connectors/cloud-sql-proxy"}}

pod(containers, more) := object.union(
	{
		"pod": {"spec": {}},
		"containers": containers,
		"params": {"known": ["istio-proxy", "cloud-sql-proxy"], "injectors": ["istio", "linkerd", "vault"], "istioNative": true},
	},
	more,
)

annotated(annotations) := pod([work], {"pod": {"metadata": {"annotations": annotations}}})

findings_of(facts) := findings if findings := rule.deny with input as facts

messages_of(facts) := {finding.msg | some finding in findings_of(facts)}

test_denies_a_sidecar_that_is_an_ordinary_container if {
	every sidecar in [proxy, by_image] {
		findings_of(pod([work, sidecar], {})) == {{
			"field": ["containers", sidecar.name, "name"],
			"msg": "keeps the Job from completing; make it an init container with restartPolicy: Always",
		}}
	}
}

test_allows_a_native_sidecar if {
	findings_of(pod([work, object.union(proxy, {"role": "sidecar"})], {})) == set()
	findings_of(pod([work, object.union(by_image, {"role": "init"})], {})) == set()
}

test_allows_a_proxy_that_is_the_work if {
	findings_of(pod([proxy], {})) == set()
	findings_of(pod([proxy, by_image], {})) == set()
}

test_allows_a_sidecar_that_the_work_stops if {
	every container in [
		{"command": ["sh", "-c", "report; curl -XPOST localhost:15020/quitquitquit"]},
		{"args": ["linkerd-await", "--shutdown", "--", "report"]},
	] {
		findings_of(pod([object.union(work, container), proxy], {})) == set()
	}
	findings_of(pod([work, proxy], {"pod": {"spec": {"shareProcessNamespace": true}}})) == set()
}

test_allows_a_sidecar_in_a_shell_that_ends_it if {
	findings_of(pod([work, object.union(proxy, {"command": ["/bin/sh", "-c", "proxy & wait-for-main"]})], {})) == set()
}

test_denies_a_proxy_that_linkerd_adds if {
	findings_of(annotated({"linkerd.io/inject": "enabled"})) == {{
		"field": ["pod", "metadata", "annotations", "linkerd.io/inject"],
		"msg": concat("", [
			"keeps the Job from completing; ",
			`set config.beta.linkerd.io/proxy-enable-native-sidecar: "true"`,
		]),
	}}
}

test_denies_an_agent_that_vault_adds if {
	messages_of(annotated({"vault.hashicorp.com/agent-inject": "true"})) == {concat("", [
		"keeps the Job from completing; ",
		`set vault.hashicorp.com/agent-pre-populate-only: "true"`,
	])}
}

test_denies_a_proxy_of_istio_that_is_not_native if {
	messages_of(annotated({"sidecar.istio.io/nativeSidecar": "false"})) == {"keeps the Job from completing; leave it out"}
}

# Where Istio makes ordinary containers.
before(more) := object.union(pod([work], more), {"params": {"istioNative": false}})

asking(section, value) := {"pod": {"metadata": {section: {"sidecar.istio.io/inject": value}}}}

enabled := {"namespace": {"labels": {"istio-injection": "enabled"}}}

way_out := "say \"false\", or annotate sidecar.istio.io/nativeSidecar: \"true\""

test_denies_a_proxy_of_istio_before_native_sidecars if {
	every section in ["labels", "annotations"] {
		findings_of(before(asking(section, "true"))) == {{
			"field": ["pod", "metadata", section, "sidecar.istio.io/inject"],
			"msg": $"keeps the Job from completing; {way_out}",
		}}
		findings_of(before(object.union(asking(section, "true"), enabled))) == findings_of(before(asking(section, "true")))
	}
	findings_of(before(enabled)) == {{
		"field": ["pod", "metadata", "labels", "sidecar.istio.io/inject"],
		"msg": concat(" ", [
			"is not set where the namespace has istio-injection: enabled,",
			$"which keeps the Job from completing; {way_out}",
		]),
	}}
}

test_allows_a_pod_that_istio_leaves_alone if {
	every more in [
		{},
		asking("labels", "false"),
		object.union(asking("labels", "false"), enabled),
		object.union(asking("annotations", "false"), enabled),
		object.union(asking("annotations", "true"), asking("labels", "false")),
		object.union(enabled, {"pod": {"metadata": {"annotations": {"sidecar.istio.io/nativeSidecar": "true"}}}}),
		{"namespace": {"labels": {"istio-injection": "disabled"}}},
	] {
		findings_of(before(more)) == set()
	}
	findings_of(pod([work], enabled)) == set()
	findings_of(pod([work], asking("labels", "true"))) == set()
}

test_denies_a_proxy_that_linkerd_adds_in_a_namespace if {
	of_namespace := {"namespace": {"annotations": {"linkerd.io/inject": "enabled"}}}
	messages_of(pod([work], of_namespace)) == {concat("; ", [
		"is enabled in the namespace, which keeps the Job from completing",
		`set config.beta.linkerd.io/proxy-enable-native-sidecar: "true"`,
	])}
	native := object.union(of_namespace, {"namespace": {"annotations": {"config.beta.linkerd.io/proxy-enable-native-sidecar": "true"}}})
	findings_of(pod([work], native)) == set()
	own := object.union(native, {"pod": {"metadata": {"annotations": {"config.beta.linkerd.io/proxy-enable-native-sidecar": "false"}}}})
	count(findings_of(pod([work], own))) == 1
	off := object.union(of_namespace, {"pod": {"metadata": {"annotations": {"linkerd.io/inject": "disabled"}}}})
	findings_of(pod([work], off)) == set()
}

test_denies_dapr_where_the_policy_says_so if {
	dapr := annotated({"dapr.io/enabled": "true"})
	findings_of(dapr) == set()
	messages_of(object.union(dapr, {"params": {"injectors": ["dapr"]}})) == {concat("", [
		"keeps the Job from completing; ",
		"call its /v1.0/shutdown when the work is done",
	])}
}

test_allows_injected_containers_that_end if {
	every annotations in [
		{},
		{"linkerd.io/inject": "disabled"},
		{"linkerd.io/inject": "enabled", "config.beta.linkerd.io/proxy-enable-native-sidecar": "true"},
		{"linkerd.io/inject": "enabled", "config.alpha.linkerd.io/proxy-enable-native-sidecar": "true"},
		{"sidecar.istio.io/inject": "true"},
		{"sidecar.istio.io/inject": "false", "sidecar.istio.io/nativeSidecar": "false"},
		{"vault.hashicorp.com/agent-inject": "true", "vault.hashicorp.com/agent-pre-populate-only": "true"},
		{"vault.hashicorp.com/agent-inject": "true", "vault.hashicorp.com/agent-enable-quit": "true"},
	] {
		findings_of(annotated(annotations)) == set()
	}
	off := {"pod": {"metadata": {"labels": {"sidecar.istio.io/inject": "false"}}}}
	findings_of(object.union(annotated({"sidecar.istio.io/nativeSidecar": "false"}), off)) == set()
}

test_allows_an_injector_that_the_policy_does_not_name if {
	findings_of(object.union(annotated({"linkerd.io/inject": "enabled"}), {"params": {"injectors": ["vault"]}})) == set()
}

test_allows_an_injected_container_that_the_work_stops if {
	stopped := object.union(work, {"command": ["linkerd-await", "--shutdown", "--", "report"]})
	findings_of(object.union(annotated({"linkerd.io/inject": "enabled"}), {"containers": [stopped]})) == set()
}
