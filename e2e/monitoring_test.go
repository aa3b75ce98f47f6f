package e2e

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// TestAlertsAndDashboardAreAboutMetricsThatAreThere asks the real API server and a real gate. That each query uses them
// rightly is tested where the queries are parsed, in tools/prometheus.
func TestAlertsAndDashboardAreAboutMetricsThatAreThere(t *testing.T) {
	guardedBy(t, policy(t, "enforce.yaml"))
	u := newUser(t)
	u.does(jobOf("filled", "\n  template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox:1.37}]}}\n"), "create", "-f", "-")
	u.isRefused(nil, jobOf("refused", violatingSpec), "create", "-f", "-")

	// Nobody answers: the mutating webhook is passed by, the validating one refuses.
	shared.mu.Lock()
	if err := shared.gate.Stop(); err != nil {
		t.Error(err)
	}
	shared.gate = nil
	shared.mu.Unlock()
	eventually(t, "a refusal because nobody answers", func(context.Context) error {
		refused := u.tries(jobOf("unanswered", violatingSpec), "create", "-f", "-")
		if !strings.Contains(refused.Stderr, `failed calling webhook "validate.batchgate.dev"`) {
			return fmt.Errorf("exit status %d: %s", refused.Code, refused.Output)
		}
		return nil
	})

	exposed := apiServerMetrics(t)
	var got []string
	for _, name := range mentioned(t, `\bapiserver_[a-z_]+`) {
		name = strings.TrimSuffix(name, "_bucket")
		family := exposed[name]
		if family == nil {
			t.Errorf("the API server does not expose %s", name)
			continue
		}
		line := name + " " + family.GetType().String()
		for _, label := range labelsOf(family) {
			line += " " + label
		}
		got = append(got, line)
	}
	want, err := os.ReadFile(filepath.Join("tools", "prometheus", "testdata", "apiserver.txt"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(string(want)), "\n"), got); diff != "" {
		t.Errorf("tools/prometheus/testdata/apiserver.txt (-file +API server)\n%s", diff)
	}
}

// TestAGateExposesWhatItIsAskedFor names those that only appear when `serve` registers them.
func TestAGateExposesWhatItIsAskedFor(t *testing.T) {
	gate := guardedBy(t, policy(t, "enforce.yaml"))
	u := newUser(t)
	u.does(jobOf("filled", "\n  template: {spec: {restartPolicy: Never, containers: [{name: main, image: busybox:1.37}]}}\n"), "create", "-f", "-")
	u.isRefused(nil, jobOf("refused", violatingSpec), "create", "-f", "-")
	// They begin with the first rule that errs, the first stranger and the first Event.
	later := []string{"batchgate_policy_problems_total", "batchgate_tls_rejected_total", "batchgate_events_total"}
	for _, name := range mentioned(t, `\bbatchgate_[a-z_]+`) {
		name = strings.TrimSuffix(name, "_bucket")
		if slices.Contains(later, name) {
			continue
		}
		if _, err := gate.Metric(t.Context(), name); err != nil {
			t.Error(err)
		}
	}
	if ready, err := gate.Metric(t.Context(), "batchgate_ready"); err != nil || ready != 1 {
		t.Errorf("batchgate_ready is %v: %v", ready, err)
	}
}

// mentioned are the names in alerts and dashboard, sorted.
func mentioned(t *testing.T, name string) []string {
	t.Helper()
	var all []string
	for _, file := range []string{"alerts.yaml", "dashboard.json"} {
		text, err := os.ReadFile(filepath.Join(root(t), "manifests", "monitoring", file))
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, regexp.MustCompile(name).FindAllString(string(text), -1)...)
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) < 4 {
		t.Fatalf("only %v are mentioned", all)
	}
	return all
}

func apiServerMetrics(t *testing.T) map[string]*dto.MetricFamily {
	t.Helper()
	text, err := shared.Client().CoreV1().RESTClient().Get().AbsPath("/metrics").DoRaw(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return families
}

func labelsOf(family *dto.MetricFamily) (names []string) {
	for _, pair := range family.GetMetric()[0].GetLabel() {
		names = append(names, pair.GetName())
	}
	return names
}
