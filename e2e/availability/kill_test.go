package availability

import (
	"testing"
	"time"
)

func TestAKilledReplicaDecidesNothingWronglyAndIsGoneWithItsEndpoint(t *testing.T) {
	r := guard(t)
	l := shared.Load(t, rate)
	type kill struct{ at, over time.Time }
	var kills []kill
	for n := range pick(2, 8) {
		if err := l.WaitFor(t.Context(), l.Counts().Answered()+2*rate); err != nil {
			t.Fatal(err)
		}
		killed := time.Now()
		if err := r.Kill(n % 2); err != nil {
			t.Fatal(err)
		}
		kills = append(kills, kill{at: killed, over: time.Now().Add(lag + time.Second)})
		if err := l.WaitFor(t.Context(), l.Counts().Answered()+4*rate); err != nil {
			t.Fatal(err)
		}
		if err := r.Start(t.Context(), n%2); err != nil {
			t.Fatal(err)
		}
	}
	result := stopped(t, l)
	if result.Wrong > 0 {
		t.Errorf("%d answers were wrong, expected none", result.Wrong)
	}
	for _, bad := range result.Bad {
		excused := false
		for _, k := range kills {
			excused = excused || bad.Sent.Add(bad.Took).After(k.at) && bad.Sent.Before(k.over)
		}
		if !excused {
			t.Errorf("%s %.2fs after the start of the load, expected only within %s of a kill: %s: %s", bad.Class,
				bad.Sent.Sub(result.Began).Seconds(), lag+time.Second, bad.Request, bad.Got)
		}
	}
	for n, k := range kills {
		last, count := time.Duration(0), 0
		for _, bad := range result.Bad {
			if !bad.Sent.Before(k.at.Add(-time.Second)) && bad.Sent.Before(k.over) {
				last, count = bad.Sent.Sub(k.at), count+1
			}
		}
		t.Logf("kill %d: %d requests lost, the last was sent %s after it", n+1, count, last.Round(time.Millisecond))
	}
}
