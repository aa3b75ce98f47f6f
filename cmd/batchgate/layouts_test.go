package main

import "strings"

// layout is a manifest with a mark before what has to be pointed at, and what is found there.
type layout struct{ name, what, text string }

// job is one of which there is little to say; it has nine lines.
const job = `apiVersion: batch/v1
kind: Job
metadata: {name: report}
spec:
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: main, image: "busybox:1.36"}
`

const (
	tooMany  = "enforce backoff-limit spec.backoffLimit"
	unpinned = "warn image-pinned spec.template.spec.containers[0].image"
	fillTTL  = "fill ttl-after-finished spec.ttlSecondsAfterFinished"
	unknown  = "enforce  spec.backofLimit"
)

// with is job with lines behind spec.
func with(lines string) string { return strings.Replace(job, "spec:\n", "spec:\n"+lines, 1) }

// in is job with another list of containers.
func in(containers string) string {
	return strings.Replace(job, "      - {name: main, image: \"busybox:1.36\"}\n", containers, 1)
}

// cron is a CronJob whose Job has lines behind its spec, at the eighth column.
func cron(lines string) string {
	return "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: nightly}\nspec:\n  schedule: \"0 3 * * *\"\n  jobTemplate:\n    spec:\n" + lines +
		"      template:\n        spec:\n          restartPolicy: Never\n          containers:\n          - {name: main, image: \"busybox:1.36\"}\n"
}

// listed is job as an item.
func listed(lines string) string {
	return "- " + strings.ReplaceAll(strings.TrimSuffix(with(lines), "\n"), "\n", "\n  ") + "\n"
}

func layouts() []layout {
	all := append(blockLayouts(), flowLayouts()...)
	all = append(all, fileLayouts()...)
	all = append(all, parentLayouts()...)
	return append(all, renderedLayouts()...)
}

func blockLayouts() []layout {
	return []layout{
		{"a value", tooMany, with("  backoffLimit: ▸50\n")},
		{"a value behind more space", tooMany, with("  backoffLimit:      ▸50   # why not\n")},
		{"a quoted key", tooMany, with("  \"backoffLimit\": ▸50\n")},
		{"a key in single quotes", tooMany, with("  'backoffLimit': ▸50\n")},
		{"a value on the next line", tooMany, with("  backoffLimit:\n    ▸50\n")},
		{"a value below a comment", tooMany, with("  # as many as it takes\n\n  backoffLimit: ▸50\n")},
		{"a value with a tag", tooMany, with("  backoffLimit: ▸!!int 50\n")},
		{"an octal value", tooMany, with("  backoffLimit: ▸0o62\n")},
		{"a hexadecimal value", tooMany, with("  backoffLimit: ▸0x32\n")},
		{"an explicit key", tooMany, with("  ? backoffLimit\n  : ▸50\n")},
		{"deep indentation", tooMany, strings.ReplaceAll(with("  backoffLimit: ▸50\n"), "  ", "       ")},
		{"a list at the indentation of its key", unpinned, in("      - name: main\n        image: ▸busybox\n")},
		{"a list further in", unpinned, in("          - name: main\n            image: ▸busybox\n")},
		{"the first key of an item", unpinned, in("      - image: ▸busybox\n        name: main\n")},
		{"an item on a line of its own", unpinned, in("      -\n        image: ▸busybox\n        name: main\n")},
		{"an item below its comment", unpinned, in("      - # the only one\n        image: ▸busybox\n        name: main\n")},
		{"a text in double quotes", unpinned, in("      - name: main\n        image: ▸\"busybox\"\n")},
		{"a text in single quotes", unpinned, in("      - name: main\n        image: ▸'busybox'\n")},
		{"a folded text", unpinned, in("      - name: main\n        image: ▸>-\n          busybox\n")},
		{"a literal text", unpinned, in("      - name: main\n        image: ▸|-\n          busybox\n")},
		{"a text with characters of several bytes before it", unpinned, in("      - {name: main, env: [{name: WHO, value: \"Zoë ☃ 日本\"}], image: ▸busybox}\n")},
		{"a text with a tab in it before it", unpinned, in("      - {name: main, env: [{name: WHO, value: \"a\\tb	c\"}], image: ▸busybox}\n")},
		{"tabs between key and value", tooMany, with("  backoffLimit:\t▸50\n")},
		{"a second container", "warn image-pinned spec.template.spec.containers[1].image",
			in("      - {name: main, image: \"busybox:1.36\"}\n      - name: helper\n        image: ▸busybox\n")},
		{"an init container", "warn image-pinned spec.template.spec.initContainers[0].image",
			strings.Replace(job, "      containers:", "      initContainers:\n      - name: first\n        image: ▸busybox\n      containers:", 1)},
		{"a value in a text of several lines before it", tooMany, strings.Replace(with("  backoffLimit: ▸50\n"), "{name: report}", "\n  name: report\n  annotations:\n    note: |\n      spec:\n        backoffLimit: 1\n\n      end", 1)},
		{"a key that looks the same further up", tooMany, strings.Replace(with("  backoffLimit: ▸50\n"), "{name: report}", "\n  name: report\n  labels: {backoffLimit: \"1\"}", 1)},
	}
}

func flowLayouts() []layout {
	return []layout{
		{"everything in braces", tooMany, `{apiVersion: batch/v1, kind: Job, metadata: {name: report}, spec: {backoffLimit: ▸50, template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.36"}]}}}}` + "\n"},
		{"braces over several lines", tooMany, "apiVersion: batch/v1\nkind: Job\nmetadata: {name: report}\nspec: {\n  backoffLimit:\n    ▸50,\n  template: {spec: {restartPolicy: Never, containers: [{name: main, image: \"busybox:1.36\"}]}}}\n"},
		{"a list in brackets", unpinned, in("") + "        [{name: main, image: ▸busybox}]\n"},
		{"a list in brackets over several lines", unpinned, in("") + "        [\n          {name: main,\n           image: ▸busybox},\n        ]\n"},
		{"no space behind a quoted key", tooMany, `{apiVersion: batch/v1, kind: Job, metadata: {name: report}, "spec":{"backoffLimit":▸50, template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.36"}]}}}}` + "\n"},
		{"JSON on one line", tooMany, `{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"report"},"spec":{"backoffLimit":▸50,"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"busybox:1.36"}]}}}}`},
		{"JSON, indented", tooMany, "{\n  \"apiVersion\": \"batch/v1\",\n  \"kind\": \"Job\",\n  \"metadata\": {\"name\": \"report\"},\n  \"spec\": {\n    \"backoffLimit\": ▸50,\n    \"template\": {\"spec\": {\"restartPolicy\": \"Never\", \"containers\": [{\"name\": \"main\", \"image\": \"busybox:1.36\"}]}}\n  }\n}\n"},
		{"JSON, indented with tabs", tooMany, "{\n\t\"apiVersion\": \"batch/v1\",\n\t\"kind\": \"Job\",\n\t\"metadata\": {\"name\": \"report\"},\n\t\"spec\": {\n\t\t\"backoffLimit\": ▸50,\n\t\t\"template\": {\"spec\": {\"restartPolicy\": \"Never\", \"containers\": [{\"name\": \"main\", \"image\": \"busybox:1.36\"}]}}\n\t}\n}\n"},
		{"JSON with escapes before it", unpinned, `{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"report","annotations":{"a":"\u00eb\"\\\t☃"}},"spec":{"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":▸"busybox"}]}}}}`},
		{"a second JSON object of a file", tooMany, "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"a\"}}\n{\"apiVersion\":\"batch/v1\",\"kind\":\"Job\",\"metadata\":{\"name\":\"report\"},\n \"spec\":{\"backoffLimit\":▸50,\"template\":{\"spec\":{\"restartPolicy\":\"Never\",\"containers\":[{\"name\":\"main\",\"image\":\"busybox:1.36\"}]}}}}\n"},
		{"an alias", tooMany, with("  parallelism: &many 50\n  completions: 60\n  backoffLimit: ▸*many\n")},
		{"an anchor on the value", tooMany, with("  backoffLimit: ▸&retries 50\n  parallelism: 1\n")},
		{"an alias of a whole container", "warn image-pinned spec.template.spec.containers[0].image",
			strings.Replace(in("      - *one\n"), "      restartPolicy", "      initContainers:\n      - &one\n        name: main\n        image: ▸busybox\n      restartPolicy", 1)},
		{"a merged mapping", "warn image-pinned spec.template.spec.containers[1].image",
			in("      - &one\n        name: main\n        image: ▸busybox\n      - <<: *one\n        name: second\n")},
		{"a merged mapping that is overridden", "warn image-pinned spec.template.spec.containers[1].image",
			in("      - &one\n        name: main\n        image: \"busybox:1.36\"\n      - <<: *one\n        name: second\n        image: ▸busybox\n")},
	}
}

func fileLayouts() []layout {
	const other = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n"
	return []layout{
		{"a second document", tooMany, other + "---\n" + with("  backoffLimit: ▸50\n")},
		{"a document behind empty ones", tooMany, "---\n---\n# nothing\n---\n" + with("  backoffLimit: ▸50\n")},
		{"a document behind a separator with a comment", tooMany, "--- # first\n" + other + "--- # second\n" + with("  backoffLimit: ▸50\n")},
		{"a document behind the end of another one", tooMany, other + "...\n---\n" + with("  backoffLimit: ▸50\n")},
		{"a document behind one that cannot be read", tooMany, "a: [\n---\n" + with("  backoffLimit: ▸50\n")},
		{"comments above the document", tooMany, "# a\n\n# b\n" + with("  backoffLimit: ▸50\n")},
		{"a YAML directive", tooMany, "%YAML 1.1\n---\n" + with("  backoffLimit: ▸50\n")},
		{"lines that end with CR and LF", tooMany, strings.ReplaceAll(other+"---\n"+with("  backoffLimit: ▸50\n"), "\n", "\r\n")},
		{"CR and LF within a text", unpinned, strings.ReplaceAll(in("      - name: main\n        args: [\"a\n          b\"]\n        image: ▸busybox\n"), "\n", "\r\n")},
		{"a byte order mark", tooMany, "\ufeff" + with("  backoffLimit: ▸50\n")},
		{"a byte order mark and braces", tooMany, "\ufeff" + `{apiVersion: batch/v1, kind: Job, metadata: {name: report}, spec: {backoffLimit: ▸50, template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.36"}]}}}}` + "\n"},
		{"no newline at the end", tooMany, strings.TrimSuffix(job, "\n") + "\n  backoffLimit: ▸50"},
		{"an item of a List", tooMany, "apiVersion: v1\nkind: List\nitems:\n" + listed("  backoffLimit: ▸50\n")},
		{"a second item of a List", tooMany, "apiVersion: v1\nkind: List\nitems:\n" + listed("") + listed("  backoffLimit: ▸50\n")},
		{"an item of a JobList", tooMany, "apiVersion: batch/v1\nkind: JobList\nitems:\n" + listed("  backoffLimit: ▸50\n")},
		{"an item of a List in a List", tooMany, "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n" + "  " +
			strings.ReplaceAll(strings.TrimSuffix(listed("  backoffLimit: ▸50\n"), "\n"), "\n", "\n  ") + "\n"},
		{"an item of a List in JSON", tooMany, `{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"report"},"spec":{"backoffLimit":▸50,"template":{"spec":{"restartPolicy":"Never","containers":[{"name":"main","image":"busybox:1.36"}]}}}}]}`},
		{"a document that cannot be read", "error", other + "---\napiVersion: batch/v1\nkind: Job\n▸metadata: {name: [\n"},
	}
}

func parentLayouts() []layout {
	return []layout{
		{"a field that is missing", fillTTL, strings.Replace(job, "spec:\n  template", "▸spec:\n  template", 1)},
		{"a field that is missing in braces", fillTTL, `{apiVersion: batch/v1, kind: Job, metadata: {name: report}, ▸spec: {template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.36"}]}}}}` + "\n"},
		{"a field that is missing in a container", "fill resource-limits spec.template.spec.containers[0].resources.limits.memory", in("      - ▸name: main\n        image: \"busybox:1.36\"\n")},
		{"a field that is missing in what is there", "fill resource-limits spec.template.spec.containers[0].resources.limits.memory",
			in("      - name: main\n        image: \"busybox:1.36\"\n        resources:\n          ▸limits: {cpu: 1}\n")},
		{"a field that is null", fillTTL, with("  ▸ttlSecondsAfterFinished:\n")},
		{"a field that is null in a word", fillTTL, with("  ttlSecondsAfterFinished: ▸null\n")},
		{"a field that is not one", unknown, with("  ▸backofLimit: 50\n")},
		{"a field that is not one, in braces", unknown, `{apiVersion: batch/v1, kind: Job, metadata: {name: report}, spec: {▸backofLimit: 50, template: {spec: {restartPolicy: Never, containers: [{name: main, image: "busybox:1.36"}]}}}}` + "\n"},
		{"a key that stands twice", tooMany, with("  backoffLimit: 1\n  backoffLimit: ▸50\n")},
		{"the Job of a CronJob", "enforce backoff-limit spec.jobTemplate.spec.backoffLimit", cron("      backoffLimit: ▸50\n")},
		{"a field that is missing in the Job of a CronJob", "fill backoff-limit spec.jobTemplate.spec.backoffLimit", cron("      ▸backoffLimit:\n")},
		{"the Pod of a CronJob", "warn image-pinned spec.jobTemplate.spec.template.spec.containers[0].image", strings.Replace(cron(""), `"busybox:1.36"`, "▸busybox", 1)},
		{"the schedule of a CronJob", "enforce  spec.schedule", strings.Replace(cron(""), `"0 3 * * *"`, `▸"0 25 * * *"`, 1)},
	}
}

func renderedLayouts() []layout {
	return []layout{
		{"what Helm has rendered", tooMany, "---\n# Source: shop/templates/report.yaml\n" + with("  backoffLimit: ▸50\n")},
		{"what Helm has rendered behind something else", tooMany, "---\n# Source: shop/templates/a.yaml\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\n# Source: shop/templates/report.yaml\n" + with("  backoffLimit: ▸50\n")},
		{"what Kustomize has built", tooMany, strings.Replace(with("  backoffLimit: ▸50\n"), "{name: report}", "\n  annotations:\n    config.kubernetes.io/origin: |\n      path: base/report.yaml\n  name: report", 1)},
		{"what kubectl has printed", tooMany, strings.Replace(with("  backoffLimit: ▸50\n"), "{name: report}", "\n  creationTimestamp: null\n  name: report\n  uid: \"\"", 1) + "status: {}\n"},
	}
}
