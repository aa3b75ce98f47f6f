package availability

import "testing"

const rate = 100 // requests a second

func TestRollingRestartsLoseNothing(t *testing.T) {
	r := guard(t)
	l := load(t, rate)
	for n := range pick(4, 14) {
		if err := r.Restart(t.Context(), n%2); err != nil {
			t.Error(err)
			break
		}
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
