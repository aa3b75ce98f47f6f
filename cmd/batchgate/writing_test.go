package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// writing writes manifests in the ways in which people and programs write them,
// with comments that are numbered.
type writing struct{ *rand.Rand }

func (w *writing) one(of ...string) string { return of[w.IntN(len(of))] }
func (w *writing) chance(percent int) bool { return w.IntN(100) < percent }

// file has one document or several.
func (w *writing) file() string {
	var parts []string
	for range 1 + w.IntN(3) {
		switch {
		case w.chance(15):
			parts = append(parts, "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: other #c0\ndata:\n  a: |\n    text #c0\n\n    more\n")
		default:
			parts = append(parts, w.object())
		}
	}
	text := strings.Join(parts, w.one("---\n", "---\n", "--- #c0\n", "---\n#c0\n"))
	if w.chance(20) {
		text = "---\n" + text
	}
	if w.chance(15) {
		text = strings.TrimSuffix(text, "\n")
	}
	if w.chance(15) {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	if w.chance(5) {
		text = "\ufeff" + text
	}
	number := 0
	for strings.Contains(text, "#c0") {
		number++
		text = strings.Replace(text, "#c0", fmt.Sprintf("#c%d", number), 1)
	}
	return text
}

// object is a Job or a CronJob. Its lines come with their depth.
func (w *writing) object() string {
	b := &lines{step: w.one("  ", "  ", "    "), list: w.one("", "", "  ")}
	b.say(0, "apiVersion: batch/v1"+w.comment())
	cron := w.chance(40)
	if cron {
		b.say(0, "kind: CronJob")
	} else {
		b.say(0, w.one("kind: Job", "kind: \"Job\"", "kind:   Job"))
	}
	b.say(0, "metadata:"+w.comment())
	b.say(1, "name: "+w.one("report", "'report'", "\"report\""))
	if w.chance(30) {
		b.say(1, w.one("labels: {a: b}", "annotations:\n"+strings.Repeat(b.step, 2)+"note: >-\n"+strings.Repeat(b.step, 3)+"several\n"+strings.Repeat(b.step, 3)+"lines"))
	}
	b.say(0, "spec:"+w.comment())
	depth := 1
	if cron {
		b.say(1, w.one(`schedule: "0 3 * * *"`, `schedule: 0 3 * * *`, `schedule: '0 3 * * 1-5'`)+w.comment())
		w.some(b, 1, "concurrencyPolicy: Forbid", "suspend: false", "successfulJobsHistoryLimit: 3")
		b.say(1, "jobTemplate:"+w.comment())
		b.say(2, "spec:")
		depth = 3
	}
	w.job(b, depth)
	return b.String()
}

func (w *writing) job(b *lines, depth int) {
	w.some(b, depth, "backoffLimit: "+w.one("1", "6", "50", "null", "", "~"), "activeDeadlineSeconds: "+w.one("600", "0x258"),
		"ttlSecondsAfterFinished: "+w.one("600", "null", "99999999"), "suspend: false", "parallelism: 1", "completionMode: NonIndexed")
	b.say(depth, "template:"+w.comment())
	if w.chance(30) {
		b.say(depth+1, "metadata:")
		b.say(depth+2, "labels: {app: report}"+w.comment())
	}
	b.say(depth+1, "spec:"+w.comment())
	before := w.chance(60)
	if before {
		b.say(depth+2, "restartPolicy: "+w.one("Never", "OnFailure", "\"Never\"", "null"))
	}
	b.say(depth+2, "containers:"+w.comment())
	for i := range 1 + w.IntN(2) {
		w.container(b, depth+2, i)
	}
	if !before && w.chance(60) {
		b.say(depth+2, "restartPolicy: Never"+w.comment())
	}
	if w.chance(20) {
		b.say(depth, "completions: 1"+w.comment())
	}
}

func (w *writing) container(b *lines, depth, i int) {
	name, image := fmt.Sprintf("name: c%d", i), "image: "+w.one("busybox:1.36", "\"busybox:1.36\"", "busybox", "registry.example.com/a/b:1.2.3")
	if w.chance(20) {
		b.item(depth, "{"+name+", "+image+w.one("", ", resources: {}", ", resources: {limits: {memory: 1Gi}}", ", command: [\"a, b\", '#x']")+"}"+w.comment())
		return
	}
	if w.chance(50) {
		name, image = image, name
	}
	b.item(depth, name+w.comment())
	b.inner(depth, image+w.comment())
	if w.chance(40) {
		b.inner(depth, w.one("command: [sh, -c, \"echo # no\"]", "args: ['it''s', \"a\\\"b\"]", "command:\n"+b.pad(depth)+"- sh\n"+b.pad(depth)+"- -c\n"+b.pad(depth)+"- |\n"+b.pad(depth)+"  echo #no\n"+b.pad(depth)+"  # not a comment")+"")
	}
	switch w.IntN(6) {
	case 0:
		b.inner(depth, "resources: {}"+w.comment())
	case 1:
		b.inner(depth, "resources:"+w.comment())
	case 2:
		b.inner(depth, "resources:"+w.comment())
		b.inner(depth, b.step+"limits: "+w.one("{cpu: 500m}", "{}", "{memory: 1Gi}")+w.comment())
	case 3:
		b.inner(depth, "resources:")
		b.inner(depth, b.step+"requests:"+w.comment())
		b.inner(depth, b.step+b.step+"cpu: "+w.one("1", "100m", "\"2\"")+w.comment())
	}
}

// some says some lines in some order.
func (w *writing) some(b *lines, depth int, all ...string) {
	w.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for _, line := range all[:w.IntN(len(all)+1)] {
		if w.chance(15) {
			b.say(depth, "#c0")
		}
		if w.chance(5) {
			b.say(0, "")
		}
		b.say(depth, line+w.comment())
	}
}

func (w *writing) comment() string {
	if w.chance(20) {
		return w.one(" ", "   ") + "#c0"
	}
	return ""
}

// lines is a document that is being written.
type lines struct {
	strings.Builder

	step string // of indentation
	list string // before the dash of an item
}

func (b *lines) say(depth int, line string) {
	if line != "" {
		line = strings.Repeat(b.step, depth) + line
	}
	b.WriteString(line + "\n")
}

func (b *lines) item(depth int, line string) { b.say(depth, b.list+"- "+line) }

// inner is a further line of an item.
func (b *lines) inner(depth int, line string) { b.say(depth, b.list+"  "+line) }

func (b *lines) pad(depth int) string { return strings.Repeat(b.step, depth) + b.list + "  " }
