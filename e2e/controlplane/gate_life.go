package controlplane

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Stop ends the gate as a Pod is ended: SIGTERM, then the shipped grace period.
func (g *Gate) Stop() error {
	if g.process.ended() != nil {
		return nil
	}
	return g.process.stop(30 * time.Second)
}

// Kill ends the gate with kill -9.
func (g *Gate) Kill() error { return g.process.kill() }

// Restart starts a gate that has ended again, with the same command line. It does not wait until the gate is ready.
func (g *Gate) Restart() error {
	if g.process.ended() == nil {
		return fmt.Errorf("%s still runs, expected it to have ended", g.process.name)
	}
	again, err := g.process.command.start()
	if err != nil {
		return err
	}
	g.process = again
	return nil
}

// Running is nil while the gate runs, and otherwise says how it ended.
func (g *Gate) Running() error { return g.process.ended() }

// Ended is closed when the gate ends. After a Restart it is another one.
func (g *Gate) Ended() <-chan struct{} { return g.process.done }

// Pid is the process id of the gate.
func (g *Gate) Pid() int { return g.process.pid() }

// Metric is the sum of a metric's series that carry all the given labels, "outcome=denied". Without such a series it is 0,
// without the metric an error.
func (g *Gate) Metric(ctx context.Context, name string, labels ...string) (float64, error) {
	url := "http://" + loopback(g.Metrics) + "/metrics"
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	request.Close = true
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(string(text)))
	if err != nil {
		return 0, fmt.Errorf("%s: %w", url, err)
	}
	family, found := families[name]
	if !found {
		return 0, fmt.Errorf("%s: no metric %s", url, name)
	}
	sum := 0.0
	for _, series := range family.GetMetric() {
		has := map[string]bool{}
		for _, pair := range series.GetLabel() {
			has[pair.GetName()+"="+pair.GetValue()] = true
		}
		matches := true
		for _, label := range labels {
			matches = matches && has[label]
		}
		if matches {
			sum += series.GetCounter().GetValue() + series.GetGauge().GetValue() + float64(series.GetHistogram().GetSampleCount())
		}
	}
	return sum, nil
}
