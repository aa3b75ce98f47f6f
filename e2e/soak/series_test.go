package soak

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func TestALeakIsFoundInNoise(t *testing.T) {
	t.Parallel()
	for name, leak := range map[string]float64{"none": 0, "of 3 MiB/h": 3, "that shrinks": -3} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			noise := rand.New(rand.NewPCG(1, 2))
			var points []point
			for at := time.Duration(0); at < 20*time.Minute; at += 5 * time.Second {
				points = append(points, point{at: at, value: 60 + leak*at.Hours() + noise.NormFloat64()/10})
			}
			got, standardError := slope(medians(points, time.Minute))
			if math.Abs(got-leak) > 3*standardError || standardError > 0.2 {
				t.Errorf("the slope is %.2f ± %.2f, expected %.2f", got, standardError, leak)
			}
		})
	}
}

func TestTwoPointsTellNothing(t *testing.T) {
	t.Parallel()
	if _, standardError := slope([]point{{0, 1}, {time.Minute, 2}}); !math.IsInf(standardError, 1) {
		t.Errorf("the standard error is %v, expected none to be known", standardError)
	}
}
