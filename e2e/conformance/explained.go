package conformance

// explained are the cases of the pinned version that do not pass in both runs, and why that is right.
func explained() Explanations {
	const limit = "the update takes away the memory limit that was filled in when the Job was created, and a Job is filled " +
		"in only then; an update that names a limit passes"
	return Explanations{
		Refused: map[string]Refusal{
			"Job with successPolicy succeededCount rule should succeeded even when some indexes remain pending": {
				Rule: "backoff-limit",
				Why:  "the Job sets backoffLimit 2147483647, which is to retry for ever; the recommended preset allows 10",
			},
			"Job containers restarted by container restart policy should not trigger PodFailurePolicy": {
				Rule: "container-restart",
				Why: "the container restarts by itself, which backoffLimit does not count, and the Job has no " +
					"activeDeadlineSeconds that would end it",
			},
			"Job should allow updating pod resources for a suspended job": {
				Rule: "resource-limits", Why: limit,
			},
			"Job should allow updating pod resources for a job that started and then was suspended": {
				Rule: "resource-limits", Why: limit,
			},
		},
		Unfit: map[string]string{},
	}
}
