package main

import rego.v1

job := input.spec if input.kind == "Job"

job := input.spec.jobTemplate.spec if input.kind == "CronJob"

pod := job.template.spec

deny contains "ttlSecondsAfterFinished is above a week" if {
	input.kind == "Job"
	job.ttlSecondsAfterFinished > 604800
}

deny contains "backoffLimit is above 10" if job.backoffLimit > 10

deny contains msg if {
	some container in pod.containers
	some resource in ["cpu", "memory"]
	not container.resources.limits[resource]
	msg := sprintf("container %s has no %s limit", [container.name, resource])
}

deny contains msg if {
	not pod.restartPolicy in {"Never", "OnFailure"}
	msg := sprintf("restartPolicy is %v", [object.get(pod, "restartPolicy", "not set")])
}

deny contains "activeDeadlineSeconds is not set" if not job.activeDeadlineSeconds

deny contains "concurrencyPolicy lets runs overlap" if {
	input.kind == "CronJob"
	object.get(input.spec, "concurrencyPolicy", "Allow") == "Allow"
	not job.activeDeadlineSeconds
}
