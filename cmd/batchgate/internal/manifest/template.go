package manifest

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// template is what is wrong with a text of a Helm chart that Helm has yet to fill in. It
// is about the whole file: what of it can be read says nothing of what Helm makes of it.
func template(path string, text []byte) *Problem {
	at := bytes.Index(text, []byte("{{"))
	if at < 0 || path == Stdin {
		return nil
	}
	chart := chartOf(path)
	if chart == "" || !filledIn(text) {
		return nil
	}
	if !plainPath().MatchString(chart) {
		chart = "CHART"
	}
	p := problem(path, "is a Helm template, not a manifest; render it first: helm template %s | batchgate check -", chart)
	p.Place, p.Template = placeOf(text, at), true
	return p
}

// filledIn tells whether Helm would change what a text says: that cannot be read, or has
// braces in it, and not in its comments alone.
func filledIn(text []byte) bool {
	for p := range split(text) {
		if t := grow(p.text); t.err != nil || t.root != nil && braced(t.root) {
			return true
		}
	}
	return false
}

// braced is true of {{ .x }} without quotes, too, in which YAML sees an object as a key.
func braced(n *yaml.Node) bool {
	if n.Kind == yaml.MappingNode && len(n.Content) > 0 && n.Content[0].Kind == yaml.MappingNode {
		return true
	}
	return strings.Contains(n.Value, "{{") || slices.ContainsFunc(n.Content, braced)
}

// mostChart is how much of a Chart.yaml is read.
const mostChart = 1 << 20

// isChart tells whether a file is a Chart.yaml, without which a directory is no chart.
func isChart(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > mostChart {
		return false
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	var chart struct {
		APIVersion string `yaml:"apiVersion"`
		Name       string `yaml:"name"`
	}
	return yaml.Unmarshal(text, &chart) == nil && chart.APIVersion != "" && chart.Name != ""
}

// plainPath are names that a shell takes for what they are.
func plainPath() *regexp.Regexp { return regexp.MustCompile(`^[\w./][\w./-]*$`) }

// chartOf is the directory of the chart whose template a file is, empty where it is none.
func chartOf(path string) string {
	whole, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	for dir := filepath.Dir(whole); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		chart := filepath.Dir(dir)
		if filepath.Base(dir) != "templates" {
			continue
		}
		if !isChart(filepath.Join(chart, "Chart.yaml")) {
			continue
		}
		here, err := filepath.Abs(".")
		if filepath.IsAbs(path) || err != nil {
			return chart
		}
		if short, err := filepath.Rel(here, chart); err == nil {
			return short
		}
		return chart
	}
	return ""
}
