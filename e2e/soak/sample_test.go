package soak

import (
	"context"
	"testing"
	"time"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

const mib = 1 << 20

// gcPercent is what `batchgate serve` sets where GOGC is not given: the collector starts when the heap has grown by so
// much since it last found what is live.
const gcPercent = 400

// growth is what is sampled of one replica.
type growth struct {
	resident, live        []point // MiB
	goroutines, openFiles []point
}

// sample asks a replica once.
func (g *growth) sample(ctx context.Context, gate *controlplane.Gate, at time.Duration) error {
	for _, each := range []struct {
		metric string
		unit   float64
		into   *[]point
	}{
		{"process_resident_memory_bytes", mib, &g.resident},
		{"go_memstats_next_gc_bytes", mib * (1 + gcPercent/100.0), &g.live},
		{"go_goroutines", 1, &g.goroutines},
		{"process_open_fds", 1, &g.openFiles},
	} {
		value, err := gate.Metric(ctx, each.metric)
		if err != nil {
			return err
		}
		*each.into = append(*each.into, point{at: at, value: value / each.unit})
	}
	return nil
}

// judge fails the test for what has grown, after the warm-up.
func (g *growth) judge(t *testing.T, replica int, warm time.Duration, long bool) {
	t.Helper()
	const most = 1.0 // MiB/h
	for name, points := range map[string][]point{"goroutines": g.goroutines, "open files": g.openFiles} {
		minutes := medians(after(points, warm), min(time.Minute, points[len(points)-1].at/4))
		first, end := minutes[0].value, minutes[len(minutes)-1].value
		t.Logf("replica %d: %s %.0f after the warm-up, %.0f at the end", replica, name, first, end)
		// Fewer are no leak: the API server closes connections that it has no use for after a rush.
		if end > first+5 {
			t.Errorf("replica %d: %s went from %.0f to %.0f, expected 5 more at most", replica, name, first, end)
		}
	}
	if !long {
		return // too few points for a line
	}
	live, liveError := slope(medians(after(g.live, warm), time.Minute))
	resident, residentError := slope(medians(after(g.resident, warm), time.Minute))
	t.Logf("replica %d: live heap %.1f MiB at the end, %+.2f ± %.2f MiB/h; resident %.1f MiB at the end, %+.2f ± %.2f MiB/h, "+
		"a leak of %.1f MiB/h would have shown in it", replica, last(g.live), live, liveError, last(g.resident), resident,
		residentError, most+2*residentError)
	if live > most {
		t.Errorf("replica %d: the live heap grows by %.2f ± %.2f MiB/h, expected %.0f at most", replica, live, liveError, most)
	}
	if resident-2*residentError > most {
		t.Errorf("replica %d: the resident size grows by %.2f ± %.2f MiB/h, expected %.0f at most", replica, resident, residentError, most)
	}
}

func after(points []point, warm time.Duration) []point {
	var rest []point
	for _, p := range points {
		if p.at >= warm {
			rest = append(rest, p)
		}
	}
	return rest
}

func last(points []point) float64 { return points[len(points)-1].value }
