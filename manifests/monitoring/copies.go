package monitoring

import (
	"io/fs"
	"strings"
)

const head = `# Generated from manifests/monitoring/alerts.yaml by ` + "`make docs`" + `.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: batchgate
  namespace: batchgate-system
spec:
`

// Copies are the files that are made from those of manifests, by their path in it.
func Copies(manifests fs.FS) (map[string][]byte, error) {
	alerts, err := fs.ReadFile(manifests, "monitoring/alerts.yaml")
	if err != nil {
		return nil, err
	}
	dashboard, err := fs.ReadFile(manifests, "monitoring/dashboard.json")
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		"components/monitoring/prometheusrule.yaml": []byte(head + indented(string(alerts))),
		"chart/batchgate/files/alerts.yaml":         alerts,
		"chart/batchgate/files/dashboard.json":      dashboard,
	}, nil
}

// indented puts a document below a key.
func indented(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		if strings.TrimSpace(line) != "" {
			out.WriteString("  ")
		}
		out.WriteString(line)
	}
	return out.String()
}
