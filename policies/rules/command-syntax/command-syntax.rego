# METADATA
# title: Commands are what their author meant to type
# description: |
#   Kubernetes starts a container with a list of words, without a shell, and
#   accepts any words. What was copied from a web page or a terminal then fails at
#   run time only, once for every retry:
#
#   - typographic quotes and dashes, which no program takes for plain ones
#   - a whole command line in one word, which is looked for as one program, and a
#     script behind sh without -c, which is looked for as one file
#   - &&, | and > as words of their own, and $NAME, where no shell reads them
#   - $(NAME) where the container defines no NAME, or defines it further down: it
#     stays as it stands
#   - no word at all where a program is expected
#   - sleep infinity or tail -f at the end, without a deadline: the Job never ends
#
#   Left alone is what a program can want: an operator within a word, a delimiter
#   after its option, the ; of find, a small letter in $(name), a typographic quote
#   in a sentence or in a value of env, and $(NAME) that may come from envFrom, a
#   Service or an injector.
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/inject-data-application/define-command-argument-container/
#   - ref: https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
# schemas:
#   - input.params:
#       type: object
#       additionalProperties: false
#       properties:
#         injected: {type: array, items: {type: string, minLength: 1}, default: [AWS_, AZURE_, DD_, GOOGLE_, OTEL_, VAULT_],
#           description: "How the names of variables begin that something here adds to Pods after they are created."}
# custom:
#   severity: medium
#   since: v0.1.0
package batchgate.rules["command-syntax"]

import data.batchgate.lib

deny contains {"field": ["containers", said.name, list], "msg": msg, "value": value} if {
	some said in _said
	some list, words in said.lists
	some [typed, plain, value] in lib.mistyped(list, words, said.line)
	msg := $"{list} holds {typed} where {plain} is meant, as if copied from a web page"
}

deny contains {"field": ["containers", container.name, "env"], "msg": msg, "value": variable.value} if {
	some container in input.containers
	some variable in container.env
	some [typed, plain, _] in lib.mistyped("env", [variable.value], [])
	msg := $"env {variable.name} holds {typed} where {plain} is meant, as if copied from a web page"
}

deny contains {"field": ["containers", said.name, "command"], "msg": msg, "value": word} if {
	some said in _said
	said.started
	some [word, msg] in [lib.misstarted(said.lists.command, said.line)]
}

deny contains {"field": ["containers", said.name, list], "msg": $"{list} {wrong}", "value": word} if {
	some said in _said
	said.started
	some [word, wrong] in lib.stray(said.line, said.names, said.closed)
	some list, words in said.lists
	word in words
}

deny contains {"field": ["containers", said.name, list], "msg": msg, "value": $"$({name})"} if {
	some said in _said
	said.closed
	some list, words in said.lists
	contains(concat(" ", words), "$(")
	some word in words
	some name in lib.references(word, input.params.injected)
	not name in said.names
	not contains(word, $"{name}()")
	msg := $"{list} refers to $({name}), which the container's env does not define"
}

deny contains {"field": ["containers", container.name, "env"], "msg": msg, "value": variable.value} if {
	some container in input.containers
	not container.envFrom[0]
	places := lib.places([variable.name | some variable in container.env])
	some i, variable in container.env
	some name in lib.references(variable.value, input.params.injected)
	object.get(places, name, i) >= i
	msg := $"env {variable.name} refers to $({name}), which env does not define before it"
}

deny contains {"field": ["containers", said.name, "command"], "msg": msg, "value": said.line[count(said.line) - 1]} if {
	not input.job.spec.activeDeadlineSeconds
	not input.pod.spec.activeDeadlineSeconds
	some said in _said
	said.role != "sidecar"
	endless := lib.endless(said.line)
	msg := $"runs {endless} to the end, so the Job never completes; leave it out, or set a deadline"
}

# What each container says. A command that is not started here is the image's own,
# which may be a shell; the names are all there are when the env is closed.
_said := [{
	"name": container.name, "role": container.role, "lists": {"command": command, "args": args},
	"line": array.concat(command, args), "started": count(command) > 0,
	"names": {variable.name | some variable in container.env}, "closed": sources == [],
} |
	some container in input.containers
	command := [word | some word in container.command]
	args := [word | some word in container.args]
	sources := [source | some source in container.envFrom]
]
