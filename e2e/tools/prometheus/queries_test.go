package prometheus

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
)

// query is one expression, and the texts that use the labels of what it returns.
type query struct {
	where, expr string
	texts       []string
}

func monitoring(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "manifests", "monitoring", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func promQL() parser.Parser { return parser.NewParser(parser.Options{}) }

// alerts are the rules as Prometheus reads them. What is not valid fails the test.
func alerts(t *testing.T) []rulefmt.Rule {
	t.Helper()
	groups, errs := rulefmt.Parse(monitoring(t, "alerts.yaml"), false, model.UTF8Validation, promQL(), slog.New(slog.DiscardHandler))
	for _, err := range errs {
		t.Fatal(err)
	}
	var rules []rulefmt.Rule
	for _, group := range groups.Groups {
		rules = append(rules, group.Rules...)
	}
	if len(rules) < 10 {
		t.Fatalf("%d alerts", len(rules))
	}
	return rules
}

// queries are those of the alerts and of the dashboard.
func queries(t *testing.T) []query {
	t.Helper()
	var all []query
	for _, rule := range alerts(t) {
		one := query{where: rule.Alert, expr: rule.Expr}
		for _, text := range rule.Annotations {
			one.texts = append(one.texts, labelsIn.FindAllString(text, -1)...)
		}
		all = append(all, one)
	}
	var dashboard any
	if err := json.Unmarshal(monitoring(t, "dashboard.json"), &dashboard); err != nil {
		t.Fatal(err)
	}
	all = append(all, within("dashboard", dashboard)...)
	if len(all) < 40 {
		t.Fatalf("%d queries", len(all))
	}
	return all
}

var (
	labelsIn    = regexp.MustCompile(`\{\{ *(\$labels\.)?[a-z_]+ *\}\}`)
	labelValues = regexp.MustCompile(`^label_values\((.+), ([a-z_]+)\)$`)
)

// within are the queries of a dashboard: every expr, and every query of a variable.
func within(where string, node any) (all []query) {
	switch node := node.(type) {
	case []any:
		for _, inner := range node {
			all = append(all, within(where, inner)...)
		}
	case map[string]any:
		if title, ok := node["title"].(string); ok && title != "" {
			where = title
		}
		if expr, ok := node["expr"].(string); ok {
			legend, _ := node["legendFormat"].(string)
			all = append(all, query{where: where, expr: grafana(expr), texts: labelsIn.FindAllString(legend, -1)})
		}
		if text, ok := node["query"].(string); ok && labelValues.MatchString(text) {
			found := labelValues.FindStringSubmatch(text)
			all = append(all, query{where: "a variable", expr: grafana(found[1]), texts: []string{"{{" + found[2] + "}}"}})
		}
		for _, inner := range node {
			all = append(all, within(where, inner)...)
		}
	}
	return all
}

// grafana puts values in the place of Grafana's variables.
func grafana(expr string) string {
	return strings.NewReplacer("$__rate_interval", "5m", "$__interval", "1m", "$__range", "1h").Replace(expr)
}

func TestEveryQueryParses(t *testing.T) {
	t.Parallel()
	for _, q := range queries(t) {
		if _, err := promQL().ParseExpr(q.expr); err != nil {
			t.Errorf("%s: %v in\n%s", q.where, err, q.expr)
		}
	}
}

func TestEveryAlertTellsWhatItIsAndWhatToDo(t *testing.T) {
	t.Parallel()
	for _, rule := range alerts(t) {
		if severity := rule.Labels["severity"]; severity != "warning" && severity != "critical" {
			t.Errorf("%s: severity %q, expected warning or critical", rule.Alert, severity)
		}
		for _, name := range []string{"summary", "description", "runbook_url"} {
			if rule.Annotations[name] == "" {
				t.Errorf("%s has no %s", rule.Alert, name)
			}
		}
	}
}
