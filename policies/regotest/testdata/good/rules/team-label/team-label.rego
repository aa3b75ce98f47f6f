# METADATA
# title: Jobs name their team
# description: Whoever is woken up must know whom to wake up next.
# related_resources:
#   - ref: https://example.com/teams
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         label: {type: string, default: team, description: "The label that names the team."}
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["team-label"]

import data.batchgate.lib

defaults.job.spec.ttlSecondsAfterFinished := 60 if input.job.spec.parallelism == 1

deny contains {"field": ["job", "metadata", "labels"], "msg": msg} if {
	input.job.metadata
	not lib.named({name | input.job.metadata.labels[name]}, input.params.label)
	msg := $"has no {input.params.label}, nobody can be asked"
}
