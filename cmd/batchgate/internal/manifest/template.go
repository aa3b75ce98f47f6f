package manifest

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
)

// template is what is wrong with a text of a Helm chart that Helm has yet to fill in. It
// is about the whole file: what of it can be read says nothing of what Helm makes of it.
func template(path string, text []byte) *Problem {
	at := bytes.Index(text, []byte("{{"))
	if at < 0 || path == Stdin {
		return nil
	}
	chart := chartOf(path)
	if chart == "" {
		return nil
	}
	if !plainPath().MatchString(chart) {
		chart = "CHART"
	}
	p := problem(path, "is a Helm template, not a manifest; render it first: helm template %s | batchgate check -", chart)
	p.Place, p.Template = placeOf(text, at), true
	return p
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
		if info, err := os.Stat(filepath.Join(chart, "Chart.yaml")); err != nil || !info.Mode().IsRegular() {
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
