package prometheus

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	client "github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/prometheus/promql/parser"

	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/webhook"
)

// fromDiscovery are labels that Prometheus adds to every series of a target.
var fromDiscovery = []string{"namespace", "pod", "instance", "job", "service", "container", "endpoint"}

// known are the labels of every metric that the gate and the API server expose.
type known map[string][]string

var described = regexp.MustCompile(`^Desc\{fqName: "([^"]+)", .*constLabels: \{(.*)\}, variableLabels: \{(.*)\}\}$`)

// exposed registers all that a gate may register, as `batchgate serve` does.
func exposed(t *testing.T) known {
	t.Helper()
	m := webhook.NewMetrics()
	m.Build("v0.0.0")
	m.Policy(func() engine.Identity { return engine.Identity{} })
	m.Ready(func() error { return nil })
	for _, name := range []string{"leaf", "ca", "client-ca"} {
		m.Certificate(name, time.Now, time.Now)
	}
	m.CertificateState(func() error { return nil }, func() time.Duration { return 0 })
	all := known{}
	descriptions := make(chan *client.Desc)
	go func() {
		defer close(descriptions)
		m.Registry().Describe(descriptions)
	}()
	for one := range descriptions {
		found := described.FindStringSubmatch(one.String())
		if found == nil {
			t.Errorf("%s: expected a description with names of labels", one)
			continue
		}
		for _, label := range strings.Split(found[2]+","+found[3], ",") {
			label, _, _ = strings.Cut(label, "=")
			all[found[1]] = append(all[found[1]], label)
		}
	}
	return all
}

// ofTheAPIServer are the metrics in testdata/apiserver.txt: a name, its type and its labels in each line.
func ofTheAPIServer(t *testing.T, into known) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "apiserver.txt"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		into[words[0]] = words[2:]
	}
}

// labels of a metric by the name of a series: a histogram has three.
func (k known) labels(series string) ([]string, bool) {
	if labels, ok := k[series]; ok {
		return labels, true
	}
	for _, suffix := range []string{"_bucket", "_count", "_sum"} {
		if name, cut := strings.CutSuffix(series, suffix); cut && k[name] != nil {
			return append(slices.Clone(k[name]), "le"), true
		}
	}
	return nil, false
}

func TestEveryQueryIsAboutMetricsAndLabelsThatExist(t *testing.T) {
	t.Parallel()
	all := exposed(t)
	ofTheAPIServer(t, all)
	for _, q := range queries(t) {
		expr, err := promQL().ParseExpr(q.expr)
		if err != nil {
			t.Errorf("%s: %v", q.where, err)
			continue
		}
		for _, wrong := range all.wrong(expr, q.texts) {
			t.Errorf("%s: %s in\n%s", q.where, wrong, q.expr)
		}
	}
}

// wrong names what an expression, and the texts about its result, use and nobody exposes.
func (k known) wrong(expr parser.Expr, texts []string) (told []string) {
	usable := slices.Clone(fromDiscovery)
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		selector, ok := node.(*parser.VectorSelector)
		if !ok {
			return nil
		}
		labels, exists := k.labels(selector.Name)
		if !exists {
			told = append(told, "no metric "+selector.Name)
			return nil
		}
		for _, matcher := range selector.LabelMatchers {
			if matcher.Name != "__name__" && !slices.Contains(labels, matcher.Name) && !slices.Contains(fromDiscovery, matcher.Name) {
				told = append(told, selector.Name+" has no label "+matcher.Name)
			}
		}
		usable = append(usable, labels...)
		return nil
	})
	parser.Inspect(expr, func(node parser.Node, _ []parser.Node) error {
		var grouped []string
		switch node := node.(type) {
		case *parser.AggregateExpr:
			grouped = node.Grouping
		case *parser.BinaryExpr:
			if node.VectorMatching != nil {
				grouped = append(slices.Clone(node.VectorMatching.MatchingLabels), node.VectorMatching.Include...)
			}
		}
		for _, label := range grouped {
			if !slices.Contains(usable, label) {
				told = append(told, "nothing has the label "+label+" that is grouped or matched by")
			}
		}
		return nil
	})
	if top, ok := expr.(*parser.AggregateExpr); ok && !top.Without {
		usable = top.Grouping
	}
	for _, text := range texts {
		label := strings.TrimPrefix(strings.Trim(text, "{ }"), "$labels.")
		if !slices.Contains(usable, label) {
			told = append(told, "the result has no label "+label+", which is shown")
		}
	}
	return told
}

func TestAQueryAboutWhatDoesNotExistIsNoticed(t *testing.T) {
	t.Parallel()
	all := exposed(t)
	for _, c := range []struct{ expr, text, told string }{
		{"batchgate_redy == 1", "", "no metric batchgate_redy"},
		{`batchgate_shed_total{why="busy"}`, "", "batchgate_shed_total has no label why"},
		{"sum by (rules) (batchgate_findings_total)", "", "nothing has the label rules that is grouped or matched by"},
		{"sum by (rule) (batchgate_findings_total)", "{{ $labels.mode }}", "the result has no label mode, which is shown"},
		{"batchgate_review_duration_seconds_count", "", ""},
		{"batchgate_review_duration_seconds_total", "", "no metric batchgate_review_duration_seconds_total"},
	} {
		expr, err := promQL().ParseExpr(c.expr)
		if err != nil {
			t.Fatal(err)
		}
		var texts []string
		if c.text != "" {
			texts = []string{c.text}
		}
		if got := strings.Join(all.wrong(expr, texts), "; "); got != c.told {
			t.Errorf("%s: %q, expected %q", c.expr, got, c.told)
		}
	}
}
