package parity

import (
	"encoding/json"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"
)

// spell writes a manifest the way people write YAML: the same meaning in many
// forms, and some that mean something else than their author thought. It names
// the spelling, "" where nothing is odd.
func (g *grammar) spell(manifest object) (text []byte, spelling string, err error) {
	switch {
	case g.chance(10):
		text, err = json.MarshalIndent(manifest, "", "  ")
		if g.chance(20) {
			changed, name := g.jsonish(string(text))
			return []byte(changed), name, err
		}
		return text, "json", err
	case g.chance(50):
		text, err = yaml.Marshal(manifest)
		return text, "", err
	}
	if g.chance(15) {
		g.share(manifest)
	}
	text, err = yaml.Marshal(manifest)
	if err != nil {
		return nil, "", err
	}
	if plain := unshared(string(text)); plain != string(text) {
		return []byte(plain), "merge key", nil
	}
	all := spellings()
	for _, i := range g.rand.Perm(len(all)) {
		if changed := all[i].change(string(text)); changed != string(text) {
			return []byte(changed), all[i].name, nil
		}
	}
	return text, "", nil
}

// jsonish is JSON as it is not meant to be, some of which is YAML after all.
func (g *grammar) jsonish(text string) (changed, name string) {
	duplicate := regexp.MustCompile(`"(backoffLimit|restartPolicy|schedule)": `)
	switch g.rand.IntN(5) {
	case 0:
		return strings.TrimSuffix(text, "\n}") + ",\n}", "json with a comma too many"
	case 1:
		return "\n\n" + text + "\n\n", "json between lines"
	case 2:
		return duplicate.ReplaceAllString(text, `"${1}": null, "${1}": `), "json with a key twice"
	case 3:
		return "# a comment\n" + text, "json with a comment"
	}
	return strings.ReplaceAll(strings.ReplaceAll(text, `"kind"`, "kind"), `"spec"`, "'spec'"), "json without quotes"
}

// share marks labels that a template takes over with a merge key.
func (g *grammar) share(manifest object) {
	metadata, _ := manifest["metadata"].(object)
	spec, _ := manifest["spec"].(object)
	if template, ok := spec["jobTemplate"].(object); ok {
		spec, _ = template["spec"].(object)
	}
	template, ok := spec["template"].(object)
	if metadata == nil || !ok {
		return
	}
	metadata["labels"] = object{"ANCHOR": "x", "app": "report", "app.kubernetes.io/part-of": "shop"}
	template["metadata"] = object{"labels": object{"MERGE": "x", "app": of(g, "report", "other")}}
}

func unshared(text string) string {
	text = regexp.MustCompile(`labels:\n +ANCHOR: x\n`).ReplaceAllString(text, "labels: &labels\n")
	return strings.Replace(text, "MERGE: x\n", "<<: *labels\n", 1)
}

// oddity is one way to write YAML; where it does not apply it changes nothing.
type oddity struct {
	name   string
	change func(string) string
}

func spellings() []oddity {
	replaced := func(name string, pairs ...string) oddity { return oddity{name, strings.NewReplacer(pairs...).Replace} }
	first := func(name, expression, with string) oddity {
		at := regexp.MustCompile(expression)
		return oddity{name, func(t string) string {
			found := at.FindStringSubmatchIndex(t)
			if found == nil {
				return t
			}
			return t[:found[0]] + string(at.ExpandString(nil, with, t, found)) + t[found[1]:]
		}}
	}
	return []oddity{
		{"comment", func(t string) string { return "# made by hand\n---\n" + t + "# the end" }},
		{"CRLF", func(t string) string { return strings.ReplaceAll(t, "\n", "\r\n") }},
		{"BOM", func(t string) string { return "\ufeff" + t }},
		replaced("YAML 1.1 boolean", ": true\n", ": yes\n", ": false\n", ": Off\n"),
		replaced("YAML 1.1 boolean", ": true\n", ": ON\n", ": false\n", ": no\n"),
		first("YAML 1.1 boolean", `(?m)automountServiceAccountToken: \w+$`, "automountServiceAccountToken: y"),
		first("YAML 1.1 boolean", `(?m)value: [a-z0-9"]+$`, "value: on"),
		first("octal", `(backoffLimit|parallelism|ttlSecondsAfterFinished|activeDeadlineSeconds): [1-7]\d*\n`, "${1}: 010\n"),
		first("octal", `(backoffLimit|parallelism|ttlSecondsAfterFinished|activeDeadlineSeconds): [1-7]\d*\n`, "${1}: 0o17\n"),
		first("octal", `(backoffLimit|parallelism|ttlSecondsAfterFinished|activeDeadlineSeconds): [1-7]\d*\n`, "${1}: 0x11\n"),
		first("float", `(backoffLimit|parallelism|ttlSecondsAfterFinished|activeDeadlineSeconds): (\d+)\n`, "${1}: ${2}.0\n"),
		first("float", `(backoffLimit|parallelism|ttlSecondsAfterFinished|activeDeadlineSeconds): (\d+)\n`, "${1}: ${2}e0\n"),
		first("float", `(memory|cpu): .*\n`, "${1}: 1.5e3\n"),
		first("underscore", `(ttlSecondsAfterFinished|activeDeadlineSeconds): (\d)(\d\d)\n`, "${1}: ${2}_${3}\n"),
		first("sexagesimal", `schedule: '?\*/5 \* .*\n`, "schedule: 12:30\n"),
		first("duplicate key", `(?m)^( +)(backoffLimit|ttlSecondsAfterFinished|activeDeadlineSeconds|restartPolicy|schedule): (.*)$`, "${1}${2}: 7\n${1}${2}: ${3}"),
		first("duplicate key", `(?m)^( +)(backoffLimit|ttlSecondsAfterFinished|activeDeadlineSeconds): (.*)$`, "${1}${2}: ${3}\n${1}${2}: 5"),
		first("null", `(restartPolicy|concurrencyPolicy|completionMode|imagePullPolicy): \w+\n`, "${1}: ~\n"),
		first("null", `(resources|securityContext|labels|annotations): *\n(?: +.*\n)`, "${1}:\n"),
		first("null", `(backoffLimit|parallelism|ttlSecondsAfterFinished): .*\n`, "${1}: null\n"),
		first("unknown null", `(?m)^(  +)schedule: `, "${1}sched: null\n${1}schedule: "),
		{"anchor", anchored},
		{"anchor", anchored},
		first("flow", `requests:\n +cpu: (.*)\n +memory: (.*)\n`, "requests: {cpu: ${1}, memory: ${2}}\n"),
		first("timestamp", `(?m)value: [a-z0-9"]+$`, "value: 2026-01-02"),
		first("number", `cpu: .*\n`, "cpu: 0x1\n"),
		first("number", `cpu: .*\n`, "cpu: +1\n"),
		first("number", `memory: .*\n`, "memory: 1_000_000_000\n"),
		first("number", `cpu: .*\n`, "cpu: 0b1\n"),
		first("number", `cpu: .*\n`, "cpu: .5\n"),
		first("number", `cpu: .*\n`, "cpu: 1:30\n"),
		first("number", `cpu: .*\n`, "cpu: .inf\n"),
		first("number", `memory: .*\n`, "memory: 12345678901234567890123\n"),
		first("key", `app: \w+\n`, "1: a\n"),
		first("key", `app: \w+\n`, "yes: a\n"),
		first("key", `app: \w+\n`, "1.50: a\n"),
		first("key", `app: \w+\n`, "~: a\n"),
		{"empty documents", func(t string) string { return "---\n# nothing\n---\n" + t + "---\n" }},
		first("tag", `image: (\S+)\n`, "image: !!str ${1}\n"),
		first("folded", `image: (\S+)\n`, "image: >-\n                  ${1}\n"),
		first("quoted number", `(backoffLimit|parallelism): (\d+)\n`, "${1}: \"${2}\"\n"),
		replaced("quoted", "restartPolicy: Never", "\"restartPolicy\": 'Never'"),
		{"document end", func(t string) string { return t + "...\n" }},
		first("tab", `(?m)^  ( *)(backoffLimit): `, "\t${1}${2}: "),
	}
}

// anchored gives an image an anchor and repeats it by an alias, in an
// environment variable where no other container has it.
func anchored(text string) string {
	at := regexp.MustCompile(`image: (\S+)\n( +)name: (\S+)\n`)
	found := at.FindStringSubmatchIndex(text)
	if found == nil {
		return text
	}
	image, indent, name := text[found[2]:found[3]], text[found[4]:found[5]], text[found[6]:found[7]]
	rest := text[found[1]:]
	if other := "image: " + image + "\n"; strings.Contains(rest, other) {
		return text[:found[0]] + "image: &image " + image + "\n" + indent + "name: " + name + "\n" + strings.ReplaceAll(rest, other, "image: *image\n")
	}
	return text[:found[0]] + "image: &image " + image + "\n" + indent + "name: " + name + "\n" + indent + "workingDir: *image\n" + rest
}
