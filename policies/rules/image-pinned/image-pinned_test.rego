package batchgate.rules_test["image-pinned"]

import data.batchgate.rules["image-pinned"] as rule

pod(image, reference) := {
	"containers": [{"name": "main", "role": "main", "image": image, "reference": reference}],
	"params": {"moving": ["latest", "main"], "requireDigest": false},
}

busybox(extra) := object.union({"registry": "docker.io", "repository": "library/busybox"}, extra)

strict(facts) := object.union(facts, {"params": {"requireDigest": true}})

findings_of(facts) := findings if findings := rule.deny with input as facts

messages_of(facts) := {finding.msg | some finding in findings_of(facts)}

test_denies_an_image_without_a_tag if {
	findings_of(pod("busybox", busybox({}))) == {{
		"field": ["containers", "main", "image"],
		"msg": "image busybox has no tag, name a version or a digest",
		"value": "busybox",
	}}
}

test_denies_a_tag_that_moves if {
	messages_of(pod("busybox:latest", busybox({"tag": "latest"}))) == {concat(" ", [
		"image busybox:latest has a tag that moves,",
		"name a version or a digest",
	])}
}

test_allows_a_version if {
	findings_of(pod("busybox:1.37", busybox({"tag": "1.37"}))) == set()
}

test_denies_a_version_where_a_digest_is_required if {
	messages_of(strict(pod("busybox:1.37", busybox({"tag": "1.37"})))) == {"image busybox:1.37 has no digest, add one"}
}

test_allows_a_digest if {
	image := pod("busybox:latest@sha256:0123", busybox({"tag": "latest", "digest": "sha256:0123"}))
	findings_of(image) == set()
	findings_of(strict(image)) == set()
}

test_denies_an_image_that_cannot_be_read if {
	every facts in [pod("Busybox", {}), json.remove(pod("Busybox", {}), ["containers/0/reference"])] {
		messages_of(facts) == {"image Busybox cannot be read, name a version or a digest"}
	}
}

test_allows_a_container_without_an_image_because_kubernetes_refuses_it if {
	findings_of(json.remove(pod("", {}), ["containers/0/image"])) == set()
}
