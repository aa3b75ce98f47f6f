package availability

import (
	"testing"
	"time"
)

const rate = 100 // requests a second

func TestRollingRestartsLoseNothing(t *testing.T) {
	r := guard(t)
	l := shared.Load(t, rate)
	began := time.Now()
	for n := range pick(4, 14) {
		stopping := time.Since(began)
		if err := r.Stop(n % 2); err != nil {
			t.Error(err)
			break
		}
		ended := time.Since(began)
		if err := r.Start(t.Context(), n%2); err != nil {
			t.Error(err)
			break
		}
		t.Logf("restart %d: SIGTERM at %.2fs, ended at %.2fs, an endpoint again at %.2fs", n+1, stopping.Seconds(),
			ended.Seconds(), time.Since(began).Seconds())
	}
	if *long {
		if err := l.WaitFor(t.Context(), 5000); err != nil {
			t.Error(err)
		}
	}
	if err := stopped(t, l).Clean(); err != nil {
		t.Error(err)
	}
}
