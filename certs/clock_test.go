package certs

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"
)

// watch is a local clock that can be set, and a machine that can be suspended.
type watch struct {
	mu      sync.Mutex
	offset  time.Duration // of the local clock to the truth
	elapsed time.Duration
}

func (w *watch) wall() time.Time { return w.truth().Add(w.offset) }

func (w *watch) truth() time.Time { return start.Add(w.sinceBoot()) }

func (w *watch) sinceBoot() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.elapsed
}

func (w *watch) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.elapsed += d
}

func (w *watch) options() Options {
	return Options{Service: "batchgate", Namespace: gateNamespace, Now: w.wall, elapsed: w.sinceBoot}
}

func TestTimeIsTheAPIServers(t *testing.T) {
	t.Parallel()
	w := &watch{elapsed: time.Hour}
	answer := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Date", w.truth().Format(http.TimeFormat))
		if answer != http.StatusOK {
			rw.Header().Set("Date", start.Add(-1000*time.Hour).Format(http.TimeFormat))
		}
		rw.WriteHeader(answer)
	}))
	defer server.Close()
	c := newClock(w.options())
	if !c.now().Equal(w.wall()) || c.Skew() != 0 {
		t.Error("before the first answer, time is not the local clock's")
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	defer transport.CloseIdleConnections()
	ask, err := c.asker(&rest.Config{Host: server.URL, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	near := func(what string, wantSkew time.Duration) {
		t.Helper()
		if off := c.now().Sub(w.truth()).Abs(); off > time.Second {
			t.Errorf("%s: time is off by %v", what, off)
		}
		if off := (c.Skew() - wantSkew).Abs(); off > time.Second {
			t.Errorf("%s: skew is %v, want %v", what, c.Skew(), wantSkew)
		}
	}
	w.offset = time.Hour
	if err := ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	near("the local clock is an hour ahead", time.Hour)
	w.offset = -24 * time.Hour
	near("the local clock jumped between two answers", -24*time.Hour)
	w.pass(48 * time.Hour)
	near("two days without an answer", -24*time.Hour)
	answer = http.StatusBadGateway
	if err := ask(t.Context()); err != nil {
		t.Fatal(err)
	}
	near("something in between answered", -24*time.Hour)
}

func TestTheRealClockOfElapsedTimeRuns(t *testing.T) {
	t.Parallel()
	before := elapsed()
	began := time.Now()
	for time.Since(began) < 5*time.Millisecond {
		continue
	}
	if passed := elapsed() - before; passed < 4*time.Millisecond || passed > time.Minute {
		t.Errorf("%v passed, want about 5ms", passed)
	}
}

// TestJumpsOfTime has the API server tell its time with every call. Whatever
// becomes of the local clock, what is served is valid for the API server, and
// one round after the time for it a new certificate is served.
func TestJumpsOfTime(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		local   time.Duration // the local clock jumps
		truth   time.Duration // passes, while the machine is suspended or not
		renewed bool
	}{
		"the local clock is an hour behind":             {local: -time.Hour},
		"the local clock is an hour ahead":              {local: time.Hour},
		"the local clock jumps a day back":              {local: -24 * time.Hour},
		"the local clock jumps thirty days ahead":       {local: 30 * 24 * time.Hour},
		"the local clock jumps two years ahead":         {local: 2 * caLife},
		"suspended over the renewal":                    {truth: leafLife*2/3 + time.Minute, renewed: true},
		"suspended over the end of the leaf":            {truth: leafLife + time.Hour, renewed: true},
		"suspended over the end of the CA":              {truth: caLife + time.Hour, renewed: true},
		"the API server's clock jumps a day back":       {truth: -24 * time.Hour, renewed: true},
		"the API server's clock jumps thirty days":      {truth: 30 * 24 * time.Hour, renewed: true},
		"both at once: suspended, and set a day back":   {truth: leafLife, local: -24 * time.Hour, renewed: true},
		"the API server's clock jumps three days back":  {truth: -72 * time.Hour, renewed: true},
		"the renewal is due, and the local clock jumps": {truth: leafLife * 3 / 4, local: 30 * 24 * time.Hour, renewed: true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &watch{elapsed: 1000 * time.Hour}
			c := cluster(t, interceptor.Funcs{})
			r := newSelfSigned(w.options(), c)
			round := func() {
				t.Helper()
				r.hear(w.truth().Format(http.TimeFormat), w.sinceBoot())
				if err := r.round(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			round()
			before := r.current.Load().cert.Leaf
			w.offset = test.local
			w.pass(test.truth)
			round()
			if err := r.Ready(); err != nil {
				t.Error(err)
			}
			for _, bundle := range injected(t, c) {
				if err := verifies(t, r.serving, bundle, w.truth()); err != nil {
					t.Errorf("the API server: %v", err)
				}
			}
			if renewed := !sameCert(before, r.current.Load().cert.Leaf); renewed != test.renewed {
				t.Errorf("renewed is %v, want %v", renewed, test.renewed)
			}
			if e := r.Expiry(); e.Leaf.Before(w.truth()) || e.CA.Before(e.Leaf) {
				t.Errorf("got %+v", e)
			}
		})
	}
}

// TestJumpsWhileTheAPIServerIsAway has no answer after the jump: what has been
// served is served on where it is good, and nothing wrong takes its place.
func TestJumpsWhileTheAPIServerIsAway(t *testing.T) {
	t.Parallel()
	for name, jump := range map[string]time.Duration{"a day back": -24 * time.Hour, "thirty days ahead": 30 * 24 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := &watch{elapsed: 1000 * time.Hour}
			away := false
			c := cluster(t, whileAway(&away))
			r := newSelfSigned(w.options(), c)
			r.hear(w.truth().Format(http.TimeFormat), w.sinceBoot())
			if err := r.round(t.Context()); err != nil {
				t.Fatal(err)
			}
			before := r.current.Load().cert
			away = true
			w.offset = jump
			w.pass(tick)
			if err := r.round(t.Context()); err == nil {
				t.Fatal("the trouble is not told")
			}
			if r.current.Load().cert != before || r.Ready() != nil {
				t.Error("a jump of the local clock alone changed what is served")
			}
			w.pass(leafLife * 3 / 4)
			if err := r.round(t.Context()); err == nil {
				t.Fatal("the trouble is not told")
			}
			leaf := r.current.Load().cert.Leaf
			if leaf.Equal(before.Leaf) || validNow(leaf, w.truth()) != nil {
				t.Error("not renewed by the time that has elapsed")
			}
		})
	}
}

func TestAWrongLocalClockIsToldOnce(t *testing.T) {
	t.Parallel()
	w := &watch{elapsed: 1000 * time.Hour}
	notices := &notices{}
	o := w.options()
	o.Notice = notices.add
	r := newSelfSigned(o, cluster(t, interceptor.Funcs{}))
	for _, offset := range []time.Duration{0, 50 * time.Second, -50 * time.Second, 30 * 24 * time.Hour, 30*24*time.Hour + time.Second, 0, 0, -24 * time.Hour} {
		w.offset = offset
		r.hear(w.truth().Format(http.TimeFormat), w.sinceBoot())
		if err := r.round(context.Background()); err != nil {
			t.Fatal(err)
		}
		if wrong := r.Problem() != nil; wrong != (offset.Abs() > tolerableSkew) {
			t.Errorf("offset %v: the problem is %v", offset, r.Problem())
		}
	}
	if n := notices.count(ReasonClockSkew); n != 2 {
		t.Errorf("told %d times, want 2: %v", n, notices.all())
	}
}

var errAway = errors.New("connection refused")
