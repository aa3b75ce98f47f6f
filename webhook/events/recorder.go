package events

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"golang.org/x/time/rate"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"

	"github.com/batchgate/batchgate/policies/engine"
)

const (
	maxQueue    = 256             // events about CronJobs that wait to be written
	maxNotices  = 32              // events about the gate that do
	perSecond   = 2               // written on average
	burst       = 50              // written at once
	callTimeout = 5 * time.Second // of one write
)

// Result is what became of an Event.
type Result string

// The results, as the metric has them.
const (
	Sent     Result = "sent"
	Repeated Result = "repeated" // it was told in this hour already
	Dropped  Result = "dropped"  // the queue was full, or too much was told
	Failed   Result = "failed"   // the API server was away or refused it
)

// Options of New. Client and Self are required.
type Options struct {
	Client   typedcorev1.EventsGetter
	Self     corev1.ObjectReference // the gate's own Pod or Deployment: what Warning and Normal are about
	Instance string                 // which replica this is; "" is the name of Self
	Count    func(Result)           // nil: nothing is counted
	Log      *slog.Logger           // nil: nothing is logged
	Now      func() time.Time       // nil: time.Now
}

// Recorder writes Events. Its methods are safe for concurrent use and never wait.
type Recorder struct {
	Options
	cronJobs *lane
	gate     *lane // no number of CronJobs holds up what is told of the gate
}

// lane is what waits to be written, and how much of it may be.
type lane struct {
	queue chan event
	limit *rate.Limiter
	told  told // owned by Run
}

func newLane(most int) *lane {
	return &lane{queue: make(chan event, most), limit: rate.NewLimiter(perSecond, burst)}
}

// event is what is to be told.
type event struct {
	about  corev1.ObjectReference
	kind   string // Normal or Warning
	reason string
	key    string // what makes it the same as another one about the same object
	text   string
}

// New makes a recorder. It writes while Run runs.
func New(o Options) (*Recorder, error) {
	if o.Client == nil || o.Self.Name == "" || o.Self.Namespace == "" {
		return nil, errors.New("events: expected a client and the gate's own name and namespace")
	}
	if o.Instance == "" {
		o.Instance = o.Self.Name
	}
	if o.Count == nil {
		o.Count = func(Result) {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Recorder{Options: o, cronJobs: newLane(maxQueue), gate: newLane(maxNotices)}, nil
}

// Run writes what is told until ctx ends. What waits then is dropped.
func (r *Recorder) Run(ctx context.Context) error {
	said := rate.Sometimes{Interval: time.Minute}
	for {
		e, from, ok := r.next(ctx)
		if !ok {
			return nil
		}
		if err := r.write(ctx, e, from); err != nil && ctx.Err() == nil {
			said.Do(func() {
				r.Log.Warn("an event was not written", "error", engine.Bounded(engine.OneLine(err.Error()), maxText))
			})
		}
	}
}

// next waits for an event. What is about the gate comes first.
func (r *Recorder) next(ctx context.Context) (e event, from *lane, ok bool) {
	select {
	case e = <-r.gate.queue:
		return e, r.gate, true
	default:
	}
	select {
	case <-ctx.Done():
		return e, nil, false
	case e = <-r.gate.queue:
		return e, r.gate, true
	case e = <-r.cronJobs.queue:
		return e, r.cronJobs, true
	}
}

// tell queues an event, or drops it where the queue is full.
func (r *Recorder) tell(in *lane, e event) {
	select {
	case in.queue <- e:
	default:
		r.Count(Dropped)
	}
}

// write sends one event to the API server unless it was told before or too much is.
func (r *Recorder) write(ctx context.Context, e event, from *lane) error {
	now := r.Now()
	name := e.name(now)
	switch {
	case from.told.has(name, now):
		r.Count(Repeated)
		return nil
	case from.told.full(e.about, now) || !from.limit.AllowN(now, 1):
		r.Count(Dropped)
		return nil
	}
	call, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := r.Client.Events(e.about.Namespace).Create(call, r.event(e, name, now), metav1.CreateOptions{})
	switch {
	case apierrors.IsAlreadyExists(err): // another replica, or this one before a restart
		r.Count(Repeated)
	case err != nil:
		r.Count(Failed)
		return err
	default:
		r.Count(Sent)
	}
	from.told.add(name, e.about, now)
	return nil
}

func (r *Recorder) event(e event, name string, now time.Time) *corev1.Event {
	at := metav1.NewTime(now)
	return &corev1.Event{
		ObjectMeta:          metav1.ObjectMeta{Name: name, Namespace: e.about.Namespace},
		InvolvedObject:      e.about,
		Type:                e.kind,
		Reason:              e.reason,
		Message:             e.text,
		FirstTimestamp:      at,
		LastTimestamp:       at,
		Count:               1,
		Source:              corev1.EventSource{Component: component},
		ReportingController: "batchgate.dev/" + component,
		ReportingInstance:   r.Instance,
	}
}

const component = "batchgate"
