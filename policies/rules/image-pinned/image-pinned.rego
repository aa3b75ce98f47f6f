# METADATA
# title: Images are pinned
# description: |
#   The Pods of one Job are made minutes or hours apart: retries, parallel workers,
#   the next run of a CronJob. An image without a tag, or with one that moves, may
#   be different code in each of them. A digest never moves; a version tag rarely.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/containers/images/#image-names
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         moving:
#           type: array
#           items: {type: string}
#           default: [latest]
#           description: "Tags that do not pin an image."
#         requireDigest: {type: boolean, default: false, description: "Whether only a digest pins an image."}
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["image-pinned"]

deny contains {"field": ["containers", container.name, "image"], "msg": msg, "value": container.image} if {
	some container in input.containers
	not container.reference.digest
	problem := _problem({part: text | some part, text in container.reference})
	msg := $"image {container.image} {problem}"
}

_problem(reference) := "cannot be read, name a version or a digest" if {
	not reference.repository
} else := "has no digest, add one" if {
	input.params.requireDigest
} else := "has no tag, name a version or a digest" if {
	not reference.tag
} else := "has a tag that moves, name a version or a digest" if {
	reference.tag in input.params.moving
}
