package main

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.yaml.in/yaml/v3"

	"github.com/batchgate/batchgate/certs"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/webhook"
)

// TestTheRunbookNamesOnlyWhatExists holds metrics, flags, verbs, objects, values of the chart, Events and log lines in the
// runbook against what they are taken from: a command of it is typed in a hurry.
func TestTheRunbookNamesOnlyWhatExists(t *testing.T) {
	t.Parallel()
	pages := pagesOf(t)
	words := newVocabulary(t)
	for name := range pages {
		words.objects[strings.TrimSuffix(name, ".md")] = true
	}
	for _, name := range names(pages) {
		for _, wrong := range words.wrong(pages[name]) {
			t.Errorf("%s/%s: %s", runbook, name, wrong)
		}
	}
	for _, wrong := range words.wrong(fileOf(t, "manifests/monitoring/alerts.yaml")) {
		t.Errorf("alerts.yaml: %s", wrong)
	}
}

func TestAWordThatDoesNotExistIsNoticed(t *testing.T) {
	t.Parallel()
	words := newVocabulary(t)
	for text, want := range map[string]string{
		"`batchgate_redy`": "no metric batchgate_redy",
		"`apiserver_admission_webhook_fail_open_total`": "no metric apiserver_admission_webhook_fail_open_total",
		"`--eval-timout`": "no flag --eval-timout",
		"```console\nbatchgate explain --mode warn\n```":       "no flag --mode of batchgate explain",
		"```console\nbatchgate lint policy/\n```":              "no command batchgate lint",
		"kubectl get secret batchgate-cert":                    "no object batchgate-cert",
		"the chart's `monitoring.alerts.enabled`":              "no value monitoring.alerts.enabled",
		"the Event `CertificateLost`":                          "no Event CertificateLost",
		"kubectl logs | grep 'certificate trouble'":            "nothing logs certificate trouble",
		"`batchgate_ready`, `--drain`, `batchgate doctor`":     "",
		"`deployment/batchgate` and the Secret `batchgate-ca`": "",
	} {
		if got := strings.Join(words.wrong(text), "; "); got != want {
			t.Errorf("%s: %q, expected %q", text, got, want)
		}
	}
}

// vocabulary is what exists.
type vocabulary struct {
	metrics, objects, values map[string]bool
	help                     map[string]string // of each verb, and of batchgate itself
	sources                  string            // of the programs that log and tell
	reasons                  string            // sources of the reasons of Events
}

var (
	metricWord = regexp.MustCompile(`\b(batchgate|apiserver)_[a-z_]+`)
	objectWord = regexp.MustCompile(`\bbatchgate-[a-z][a-z-]*[a-z]\b`)
	inlineFlag = regexp.MustCompile("`(--[a-z][a-z-]*)")
	ownCommand = regexp.MustCompile("(?m)(?:^ *|`)batchgate ([a-z]+)([^`\n#]*)")
	anyFlag    = regexp.MustCompile(`--[a-z][a-z-]*`)
	chartValue = regexp.MustCompile("(?:`|--set |,)((?:monitoring|policy|webhooks|certificates|mtls)(?:\\.[a-zA-Z]+)+)")
	eventWord  = regexp.MustCompile("(?:Events? `|\\| `|reason=)((?:Certificate|CABundle|CARot|Policy|APIServerCall|ClockSkew)[A-Za-z]*)")
	logLine    = regexp.MustCompile(`grep (?:-E )?'([^'^]+)'`)
)

// notFlags are of other programs, though they stand alone: helm's.
func notFlags() []string { return []string{"--set"} }

// planned are verbs that pages may name before they are there.
func planned() []string { return nil }

func (v vocabulary) wrong(text string) (told []string) {
	for _, name := range metricWord.FindAllString(text, -1) {
		if !v.metrics[strings.TrimSuffix(name, "_bucket")] {
			told = append(told, "no metric "+name)
		}
	}
	for _, name := range objectWord.FindAllString(text, -1) {
		if !v.objects[name] {
			told = append(told, "no object "+name)
		}
	}
	for _, found := range inlineFlag.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(notFlags(), found[1]) && !v.hasFlag("serve", found[1]) {
			told = append(told, "no flag "+found[1])
		}
	}
	for _, found := range ownCommand.FindAllStringSubmatch(text, -1) {
		if !strings.Contains(v.help[""], "\n  "+found[1]+" ") && !slices.Contains(planned(), found[1]) {
			told = append(told, "no command batchgate "+found[1])
			continue
		}
		for _, flag := range anyFlag.FindAllString(found[2], -1) {
			if !v.hasFlag(found[1], flag) {
				told = append(told, "no flag "+flag+" of batchgate "+found[1])
			}
		}
	}
	for _, found := range chartValue.FindAllStringSubmatch(text, -1) {
		if found[1] != "policy.yaml" && !v.values[found[1]] {
			told = append(told, "no value "+found[1])
		}
	}
	for _, found := range eventWord.FindAllStringSubmatch(text, -1) {
		if !strings.Contains(v.reasons, `"`+found[1]+`"`) {
			told = append(told, "no Event "+found[1])
		}
	}
	for _, found := range logLine.FindAllStringSubmatch(text, -1) {
		for line := range strings.SplitSeq(found[1], "|") {
			line = strings.Trim(strings.TrimPrefix(line, `"msg":`), `"`)
			if !strings.Contains(v.sources, line) {
				told = append(told, "nothing logs "+line)
			}
		}
	}
	return told
}

func (v vocabulary) hasFlag(verb, flag string) bool { return strings.Contains(v.help[verb], flag+" ") }

func newVocabulary(t *testing.T) vocabulary {
	t.Helper()
	v := vocabulary{
		metrics: registered(),
		objects: map[string]bool{certs.SecretName: true, certs.TrustSecretName: true, certs.ServingSecretName: true},
		values:  map[string]bool{},
		help:    map[string]string{},
		reasons: fileOf(t, "certs/notice.go") + fileOf(t, "cmd/batchgate/serve_events.go"),
	}
	for _, verb := range []string{"", "serve", "check", "test", "explain", "new", "doctor"} {
		var help bytes.Buffer
		run(append(strings.Fields(verb), "--help"), strings.NewReader(""), &help, io.Discard)
		v.help[verb] = help.String()
	}
	for line := range strings.Lines(fileOf(t, "e2e/tools/prometheus/testdata/apiserver.txt")) {
		v.metrics[strings.Fields(line)[0]] = true
	}
	for _, dir := range []string{"base", "components"} {
		for text := range textsBelow(t, filepath.Join("manifests", dir), ".yaml") {
			for _, name := range objectWord.FindAllString(text, -1) {
				v.objects[name] = true
			}
		}
	}
	for _, dir := range []string{"cmd", "webhook", "certs"} {
		for text := range textsBelow(t, dir, ".go") {
			v.sources += text
		}
	}
	var values map[string]any
	if err := yaml.Unmarshal([]byte(fileOf(t, "manifests/chart/batchgate/values.yaml")), &values); err != nil {
		t.Fatal(err)
	}
	v.value("", values)
	return v
}

// value notes the paths of the chart's values.
func (v vocabulary) value(prefix string, values map[string]any) {
	for key, inner := range values {
		v.values[prefix+key] = true
		if mapping, ok := inner.(map[string]any); ok {
			v.value(prefix+key+".", mapping)
		}
	}
}

var describedName = regexp.MustCompile(`fqName: "([^"]+)"`)

// registered are the names of all metrics that serve registers.
func registered() map[string]bool {
	m := webhook.NewMetrics()
	m.Build("v0.0.0")
	m.Policy(func() engine.Identity { return engine.Identity{} })
	m.Ready(func() error { return nil })
	m.Certificate("leaf", time.Now, time.Now)
	m.CertificateState(func() error { return nil }, func() time.Duration { return 0 })
	all := make(chan *prometheus.Desc)
	go func() {
		defer close(all)
		m.Registry().Describe(all)
	}()
	found := map[string]bool{}
	for one := range all {
		found[describedName.FindStringSubmatch(one.String())[1]] = true
	}
	return found
}

// textsBelow are the files below a directory that are no tests.
func textsBelow(t *testing.T, dir, ext string) func(yield func(string) bool) {
	t.Helper()
	return func(yield func(string) bool) {
		err := filepath.WalkDir(filepath.Join("..", "..", dir), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ext || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			if err == nil && !yield(string(text)) {
				return fs.SkipAll
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}
