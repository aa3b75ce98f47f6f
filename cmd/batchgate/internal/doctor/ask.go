package doctor

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
)

// metrics are those of one replica, by name.
type metrics map[string]*dto.MetricFamily

// sum is that of all series of a metric with a label; with no label of all.
func (m metrics) sum(name, label, value string) (sum float64, found bool) {
	for _, series := range m[name].GetMetric() {
		if label != "" && labelOf(series, label) != value {
			continue
		}
		found = true
		sum += series.GetCounter().GetValue() + series.GetGauge().GetValue() + series.GetUntyped().GetValue()
	}
	return sum, found
}

func labelOf(series *dto.Metric, name string) string {
	for _, pair := range series.GetLabel() {
		if pair.GetName() == name {
			return pair.GetValue()
		}
	}
	return ""
}

// replicas asks each running Pod through the API server, which needs no way from
// here to the Pod.
func (g *gatherer) replicas(ctx context.Context, pods []corev1.Pod) []replica {
	all := make([]replica, len(pods))
	var asked sync.WaitGroup
	for i, pod := range pods {
		asked.Go(func() { all[i] = g.replica(ctx, pod) })
	}
	asked.Wait()
	return all
}

// replica asks for all pages at once: on a node that is gone each takes as long as it may.
func (g *gatherer) replica(ctx context.Context, pod corev1.Pod) replica {
	r := replica{name: pod.Name, node: pod.Spec.NodeName}
	var asked sync.WaitGroup
	asked.Go(func() { r.readyz.value, r.readyz.err = readinessOf(g.ask(ctx, pod, "health", "readyz")) })
	asked.Go(func() { r.ca.value, r.ca.err = g.ask(ctx, pod, "health", "ca.crt") })
	asked.Go(func() {
		text, err := g.ask(ctx, pod, "metrics", "metrics")
		r.metrics.err = err
		if err == nil {
			parser := expfmt.NewTextParser(model.UTF8Validation)
			r.metrics.value, r.metrics.err = parser.TextToMetricFamilies(bytes.NewReader(text))
		}
	})
	asked.Wait()
	return r
}

// ask gets a page of a Pod. What it answers counts, whatever the status is.
func (g *gatherer) ask(ctx context.Context, pod corev1.Pod, port, page string) ([]byte, error) {
	number := portOf(pod, port)
	if number == 0 {
		return nil, fmt.Errorf("there is no port %s of Pod %s", port, pod.Name)
	}
	limited, cancel := context.WithTimeout(ctx, g.Patience.Page)
	defer cancel()
	result := g.proxy.Get().Namespace(pod.Namespace).Resource("pods").Name(fmt.Sprintf("http:%s:%d", pod.Name, number)).
		SubResource("proxy").Suffix(page).Do(limited)
	status := 0
	result.StatusCode(&status)
	body, err := result.Raw()
	switch {
	case err == nil:
		return body, nil
	case len(body) > 0 && !bytes.Contains(body, []byte(`"kind":"Status"`)):
		return body, &answer{status: status, err: err}
	}
	// From beside the gate there is a straight way, where the API server may not
	// pass, or whoever asks may not use it.
	if body, direct := g.straight(ctx, fmt.Sprintf("http://%s/%s", net.JoinHostPort(pod.Status.PodIP, strconv.Itoa(int(number))), page)); direct == nil || errors.As(direct, new(*answer)) {
		return body, direct
	}
	return nil, err
}

// straight gets a page without the API server.
func (g *gatherer) straight(ctx context.Context, url string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, g.Patience.Near)
	defer cancel()
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
	body, err := io.ReadAll(io.LimitReader(response.Body, longest))
	if err == nil && response.StatusCode != http.StatusOK {
		err = &answer{status: response.StatusCode, err: errors.New(response.Status)}
	}
	return body, err
}

// longest is more than a page of the gate has.
const longest = 4 << 20

// answer is what a Pod itself said, other than 200.
type answer struct {
	status int
	err    error
}

func (a *answer) Error() string { return fmt.Sprintf("answered with %d", a.status) }
func (a *answer) Unwrap() error { return a.err }

func portOf(pod corev1.Pod, name string) int32 {
	for _, c := range pod.Spec.Containers {
		for _, p := range c.Ports {
			if p.Name == name {
				return p.ContainerPort
			}
		}
	}
	return 0
}

// readinessOf reads the answer of /readyz.
func readinessOf(text []byte, err error) (readiness, error) {
	var said *answer
	if errors.As(err, &said) {
		return readiness{why: strings.TrimSpace(string(text))}, nil
	}
	if err != nil {
		return readiness{}, err
	}
	r := readiness{ready: true}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if value, ok := strings.CutPrefix(line, "policy "); ok {
			r.policy = value
		}
		if value, ok := strings.CutPrefix(line, "version "); ok {
			r.version = value
		}
	}
	return r, nil
}

func codecs(scheme *runtime.Scheme) runtime.NegotiatedSerializer {
	return serializer.NewCodecFactory(scheme).WithoutConversion()
}
