package soak

import (
	"math"
	"slices"
	"time"
)

// point is a value at a time since the start.
type point struct {
	at    time.Duration
	value float64
}

// medians is one point for each full interval: the median of the values in it.
func medians(points []point, interval time.Duration) []point {
	buckets := map[int][]float64{}
	last := 0
	for _, p := range points {
		n := int(p.at / interval)
		buckets[n] = append(buckets[n], p.value)
		last = max(last, n)
	}
	var result []point
	for n := range last + 1 {
		if values := buckets[n]; len(values) > 0 {
			result = append(result, point{at: time.Duration(n)*interval + interval/2, value: median(values)})
		}
	}
	return result
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// slope is that of the straight line with the least squares, by the hour, and its standard error, which is infinite with
// fewer than three points.
func slope(points []point) (perHour, standardError float64) {
	n := float64(len(points))
	if n < 3 {
		return 0, math.Inf(1)
	}
	var meanX, meanY float64
	for _, p := range points {
		meanX += p.at.Hours() / n
		meanY += p.value / n
	}
	var xx, xy, rest float64
	for _, p := range points {
		xx += (p.at.Hours() - meanX) * (p.at.Hours() - meanX)
		xy += (p.at.Hours() - meanX) * (p.value - meanY)
	}
	perHour = xy / xx
	for _, p := range points {
		off := p.value - meanY - perHour*(p.at.Hours()-meanX)
		rest += off * off
	}
	return perHour, math.Sqrt(rest / (n - 2) / xx)
}
