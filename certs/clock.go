package certs

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"k8s.io/client-go/rest"
)

// clock is the API server's clock, for it is the API server that finds a
// certificate expired or not yet valid. Every answer of it carries its time.
// From one answer to the next, time is what has elapsed since, which neither a
// change of the local clock nor a suspended machine falsifies. Before the
// first answer it is the local wall clock.
type clock struct {
	wall    func() time.Time
	elapsed func() time.Duration
	heard   atomic.Pointer[heard]
}

// heard is what the API server's clock showed at a moment.
type heard struct {
	server time.Time
	at     time.Duration
}

func newClock(o Options) *clock {
	c := &clock{wall: o.Now, elapsed: o.elapsed}
	if c.wall == nil {
		c.wall = time.Now
	}
	if c.elapsed == nil {
		c.elapsed = elapsed
	}
	return c
}

// now is the API server's time.
func (c *clock) now() time.Time {
	h := c.heard.Load()
	if h == nil {
		return c.wall()
	}
	return h.server.Add(c.elapsed() - h.at)
}

// Skew is by how much the local clock is ahead of the API server's.
func (c *clock) Skew() time.Duration {
	if c.heard.Load() == nil {
		return 0
	}
	return c.wall().Sub(c.now())
}

// config is a copy of a client's configuration whose answers are listened to.
func (c *clock) config(config *rest.Config) *rest.Config {
	config = rest.CopyConfig(config)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper { return &listener{clock: c, next: next} })
	return config
}

// hear takes the Date of an answer to a request that was sent at sent. Date
// has no fractions of a second, and the answer took its time.
func (c *clock) hear(date string, sent time.Duration) {
	server, err := http.ParseTime(date)
	if err != nil {
		return
	}
	at := c.elapsed()
	c.heard.Store(&heard{server: server.Add(500*time.Millisecond + (at-sent)/2), at: at})
}

type listener struct {
	clock *clock
	next  http.RoundTripper
}

// RoundTrip passes a request on and notes the time of its answer.
func (l *listener) RoundTrip(req *http.Request) (*http.Response, error) {
	sent := l.clock.elapsed()
	res, err := l.next.RoundTrip(req)
	// A server error may be the answer of something in between.
	if err == nil && res.StatusCode < http.StatusInternalServerError {
		l.clock.hear(res.Header.Get("Date"), sent)
	}
	return res, err
}

// WrappedRoundTripper is for client-go, which looks for what is below.
func (l *listener) WrappedRoundTripper() http.RoundTripper { return l.next }

// asker makes the API server say its time where nothing else is asked of it.
// Every account may read its version.
func (c *clock) asker(config *rest.Config) (func(context.Context) error, error) {
	config = c.config(config)
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, fmt.Errorf("API server: %w", err)
	}
	base, _, err := rest.DefaultServerUrlFor(config)
	if err != nil {
		return nil, fmt.Errorf("API server: %w", err)
	}
	return func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, base.JoinPath("version").String(), nil)
		if err != nil {
			return err
		}
		res, err := client.Do(req)
		if err != nil {
			return err
		}
		return res.Body.Close()
	}, nil
}
