package traffic

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/apimachinery/pkg/util/uuid"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
	"k8s.io/client-go/kubernetes/scheme"
	"k8s.io/client-go/rest"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

const (
	connections    = 4                // to the API server
	maxInFlight    = 200              // more wait, and Result.Behind says how long
	requestTimeout = 30 * time.Second // longer than the timeouts of both webhooks
)

// Load is a steady stream of requests.
type Load struct {
	cluster  *controlplane.ControlPlane
	requests []Request
	rate     int
	id       string // of this load, in the audit log
	clients  []client
	began    time.Time
	stop     context.CancelFunc
	sending  sync.WaitGroup
	tally    *tally
}

// client is one connection to the API server.
type client struct {
	rest.Interface
	http *http.Client
}

// StartLoad sends the requests in turn, so many a second, until Stop or the end of the context.
func StartLoad(ctx context.Context, c *controlplane.ControlPlane, requests []Request, rate int) (*Load, error) {
	l := &Load{cluster: c, requests: requests, rate: rate, id: "traffic-" + string(uuid.NewUUID()), tally: &tally{}}
	for range connections {
		each, err := newClient(c.RESTConfig())
		if err != nil {
			return nil, err
		}
		l.clients = append(l.clients, each)
	}
	l.began = time.Now()
	l.tally.began = l.began
	ctx, l.stop = context.WithCancel(ctx)
	l.sending.Go(func() { l.run(ctx) })
	return l, nil
}

func newClient(config *rest.Config) (client, error) {
	config.GroupVersion = &batchv1.SchemeGroupVersion
	config.APIPath = "/apis"
	config.NegotiatedSerializer = scheme.Codecs.WithoutConversion()
	config.ContentType = "application/json"
	config.Timeout = requestTimeout
	config.Dial = (&net.Dialer{Timeout: 5 * time.Second}).DialContext // not the connection of another client
	transport, err := rest.HTTPClientFor(config)
	if err != nil {
		return client{}, err
	}
	c, err := rest.RESTClientForConfigAndClient(config, transport)
	return client{Interface: c, http: transport}, err
}

// Requests are what is sent.
func (l *Load) Requests() []Request { return l.requests }

// Counts are what became of the requests so far, without the list of bad answers.
func (l *Load) Counts() Counts { return l.tally.counts() }

// WaitFor returns when so many requests have been answered.
func (l *Load) WaitFor(ctx context.Context, answers int) error {
	return until(ctx, fmt.Sprintf("%d requests have been answered", answers), func() error {
		if l.Counts().Answered() < answers {
			return errNotYet
		}
		return nil
	})
}

// Stop ends the load, waits for what is in flight and says what became of all requests.
func (l *Load) Stop() (Result, error) {
	l.stop()
	l.sending.Wait()
	for _, each := range l.clients {
		utilnet.CloseIdleConnectionsFor(each.http.Transport)
	}
	result := l.tally.result()
	if result.Wrong == 0 {
		return result, nil
	}
	open, err := l.failedOpen()
	if err != nil {
		return result, err
	}
	result.reclassify(open)
	return result, nil
}

// run sends each request at its time, whatever became of those before.
func (l *Load) run(ctx context.Context) {
	slots := make(chan struct{}, maxInFlight)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for n := 0; ; n++ {
		due := l.began.Add(time.Duration(n) * time.Second / time.Duration(l.rate))
		timer.Reset(time.Until(due))
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		select {
		case <-ctx.Done():
			return
		case slots <- struct{}{}:
		}
		l.tally.behind(time.Since(due))
		l.sending.Go(func() {
			defer func() { <-slots }()
			l.send(context.WithoutCancel(ctx), n)
		})
	}
}

func (l *Load) send(ctx context.Context, n int) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	request := l.requests[n%len(l.requests)]
	sent := time.Now()
	id := fmt.Sprintf("%s-%d", l.id, n)
	answer, err := request.send(ctx, l.clients[n%connections], id)
	took := time.Since(sent)
	switch {
	case err != nil:
		l.tally.bad(Bad{Class: Failed, Request: request.Name, Sent: sent, Took: took, Got: err.Error(), id: id})
	default:
		if wrong := request.Wrong(answer); wrong != "" {
			l.tally.bad(Bad{Class: Wrong, Request: request.Name, Sent: sent, Took: took, Got: wrong, id: id})
			return
		}
		l.tally.ok(sent, took)
	}
}

// failedOpen are the requests for which the audit log says that a webhook could not be called and that this was ignored.
func (l *Load) failedOpen() (map[string]bool, error) {
	open := map[string]bool{}
	_, err := l.cluster.AuditEvents(func(event *auditv1.Event) bool {
		_, after, found := strings.Cut(event.RequestURI, "fieldManager="+l.id)
		if !found {
			return false
		}
		for key := range event.Annotations {
			if strings.HasPrefix(key, "failed-open.") {
				number, _, _ := strings.Cut(after, "&")
				open[l.id+number] = true
			}
		}
		return false
	})
	return open, err
}
