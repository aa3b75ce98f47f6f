package controlplane

import (
	"context"
	"fmt"
	"net/http"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Metric is the sum of a metric's series that carry all the given labels, "outcome=denied"; of a histogram it is the
// count. Without such a series it is 0, without the metric an error.
func (g *Gate) Metric(ctx context.Context, name string, labels ...string) (float64, error) {
	all, err := g.series(ctx, name)
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for _, one := range all {
		if carries(one, labels) {
			sum += one.GetCounter().GetValue() + one.GetGauge().GetValue() + float64(one.GetHistogram().GetSampleCount())
		}
	}
	return sum, nil
}

// MetricLabel is the value of a label of a metric that has one series.
func (g *Gate) MetricLabel(ctx context.Context, name, label string) (string, error) {
	all, err := g.series(ctx, name)
	if err != nil {
		return "", err
	}
	if len(all) != 1 {
		return "", fmt.Errorf("%d series of %s, expected 1", len(all), name)
	}
	for _, pair := range all[0].GetLabel() {
		if pair.GetName() == label {
			return pair.GetValue(), nil
		}
	}
	return "", fmt.Errorf("%s has no label %s", name, label)
}

func (g *Gate) series(ctx context.Context, name string) ([]*dto.Metric, error) {
	url := "http://" + loopback(g.Metrics) + "/metrics"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(response.Body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", url, err)
	}
	family, found := families[name]
	if !found {
		return nil, fmt.Errorf("%s: no metric %s", url, name)
	}
	return family.GetMetric(), nil
}

func carries(series *dto.Metric, labels []string) bool {
	has := map[string]bool{}
	for _, pair := range series.GetLabel() {
		has[pair.GetName()+"="+pair.GetValue()] = true
	}
	for _, label := range labels {
		if !has[label] {
			return false
		}
	}
	return true
}
