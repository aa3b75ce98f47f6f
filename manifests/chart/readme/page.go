package readme

import (
	"bytes"
	_ "embed"
	"io/fs"
	"text/template"

	"go.yaml.in/yaml/v3"
)

//go:embed page.md.tmpl
var pageTemplate string

// Page is the README.md of a chart.
func Page(chart fs.FS) ([]byte, error) {
	text, err := fs.ReadFile(chart, "Chart.yaml")
	if err != nil {
		return nil, err
	}
	var page struct {
		Description string
		AppVersion  string `yaml:"appVersion"`
		KubeVersion string `yaml:"kubeVersion"`
		Values      []value
	}
	if err := yaml.Unmarshal(text, &page); err != nil {
		return nil, err
	}
	if text, err = fs.ReadFile(chart, "values.yaml"); err != nil {
		return nil, err
	}
	if page.Values, err = valuesOf(text); err != nil {
		return nil, err
	}
	shape, err := template.New("page").Parse(pageTemplate)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = shape.Execute(&out, page)
	return out.Bytes(), err
}
