# METADATA
# title: Failed containers leave their last words
# description: |
#   The termination message of a container stands in the status of its Pod, where
#   kubectl describe, alerts and dashboards find it without the log. By default it
#   is only what the program writes to a file that hardly any program knows. With
#   FallbackToLogsOnError a container that fails and wrote nothing leaves the end
#   of its log, 2048 bytes or 80 lines; nothing else changes.
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["termination-message"]

defaults.containers[container.name].terminationMessagePolicy := "FallbackToLogsOnError" if {
	some container in input.containers
}

deny contains {"field": ["containers", container.name, "terminationMessagePolicy"], "msg": msg, "value": policy, "fix": fix} if {
	some container in input.containers
	policy := container.terminationMessagePolicy
	policy == "File"
	fix := "FallbackToLogsOnError"
	msg := "terminationMessagePolicy is File, FallbackToLogsOnError would keep the end of its log"
}
