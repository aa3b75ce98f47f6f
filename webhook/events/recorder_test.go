package events

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	typedcorev1 "k8s.io/client-go/kubernetes/typed/core/v1"

	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/engine"
)

// server stores what is created, as the API server does.
type server struct {
	typedcorev1.EventInterface
	away bool // calls end with their deadline

	mu     sync.Mutex
	events map[string]*corev1.Event
	asked  int
}

func (s *server) Events(string) typedcorev1.EventInterface { return s }

func (s *server) Create(ctx context.Context, e *corev1.Event, _ metav1.CreateOptions) (*corev1.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	if s.away {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	key := e.Namespace + "/" + e.Name
	if s.events[key] != nil {
		return nil, apierrors.NewAlreadyExists(schema.GroupResource{Resource: "events"}, e.Name)
	}
	if s.events == nil {
		s.events = map[string]*corev1.Event{}
	}
	s.events[key] = e
	return e, nil
}

// replica is a recorder that runs in a bubble until the test ends.
type replica struct {
	*Recorder
	stop func()

	mu      sync.Mutex
	results map[Result]int
}

func (p *replica) count(r Result) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.results[r]
}

func newReplica(t *testing.T, s *server) *replica {
	t.Helper()
	p := &replica{results: map[Result]int{}}
	recorder, err := New(Options{
		Client: s,
		Self:   corev1.ObjectReference{APIVersion: "apps/v1", Kind: "Deployment", Namespace: "batchgate-system", Name: "batchgate"},
		Count: func(r Result) {
			p.mu.Lock()
			defer p.mu.Unlock()
			p.results[r]++
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	p.Recorder = recorder
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- recorder.Run(ctx) }()
	p.stop = func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	return p
}

// broken is what a run of the CronJob says.
func broken(cronJob string, rules ...string) engine.Verdict {
	v := engine.Verdict{CronJob: engine.CronJob{Name: cronJob, UID: "uid-of-" + cronJob}}
	for _, rule := range rules {
		v.Findings = append(v.Findings, engine.Finding{Rule: rule, Mode: config.Warn, Subject: "spec.backoffLimit", Message: "is 50, the most allowed is 10"})
	}
	return v
}

func TestTheAuthorOfACronJobIsTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		p := newReplica(t, s)
		p.Judged("payments", broken("nightly", "backoff-limit"))
		synctest.Wait()
		p.stop()
		if len(s.events) != 1 {
			t.Fatalf("%d events", len(s.events))
		}
		for _, got := range s.events {
			want := corev1.ObjectReference{APIVersion: "batch/v1", Kind: "CronJob", Namespace: "payments", Name: "nightly", UID: "uid-of-nightly"}
			if diff := cmp.Diff(want, got.InvolvedObject); diff != "" {
				t.Error(diff)
			}
			if got.Type != "Warning" || got.Reason != "BatchPolicy" || got.Namespace != "payments" || got.ReportingInstance != "batchgate" {
				t.Errorf("%+v", got)
			}
			const text = "A Job of this CronJob was created although spec.backoffLimit is 50, the most allowed is 10 (backoff-limit). " +
				"Change the CronJob, in spec.jobTemplate; `batchgate explain backoff-limit` says what is expected and why."
			if got.Message != text {
				t.Errorf("%q", got.Message)
			}
		}
	})
}

func TestWhatIsNotTold(t *testing.T) {
	t.Parallel()
	audited := broken("nightly", "backoff-limit")
	audited.Findings[0].Mode = config.Audit
	excepted := broken("nightly", "backoff-limit")
	excepted.Findings[0].Excepted = &config.Exception{}
	for name, v := range map[string]engine.Verdict{
		"a Job that breaks nothing":    broken("nightly"),
		"a Job that no CronJob made":   broken("", "backoff-limit"),
		"a finding of the audit trail": audited,
		"a finding with an exception":  excepted,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &server{}
				p := newReplica(t, s)
				p.Judged("payments", v)
				synctest.Wait()
				p.stop()
				if s.asked != 0 {
					t.Errorf("told: %v", s.events)
				}
			})
		})
	}
}

func TestTheSameIsToldOnceInAnHourByAllReplicas(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		one, two := newReplica(t, s), newReplica(t, s)
		for range 60 { // minutes of an hour of this bubble, which begins with one
			one.Judged("payments", broken("nightly", "backoff-limit"))
			synctest.Wait()
			two.Judged("payments", broken("nightly", "backoff-limit"))
			time.Sleep(59 * time.Second)
		}
		if len(s.events) != 1 || s.asked != 2 {
			t.Errorf("%d events, asked %d times, expected one and one question of each replica", len(s.events), s.asked)
		}
		one.Judged("payments", broken("nightly", "ttl-after-finished")) // something else
		one.Judged("billing", broken("nightly", "backoff-limit"))       // somebody else
		synctest.Wait()
		if len(s.events) != 3 {
			t.Errorf("%d events, expected 3", len(s.events))
		}
		time.Sleep(time.Hour)
		one.Judged("payments", broken("nightly", "backoff-limit"))
		synctest.Wait()
		if len(s.events) != 4 {
			t.Errorf("%d events, expected it again in the next hour", len(s.events))
		}
		one.stop()
		two.stop()
	})
}

func TestOneCronJobCannotTellTooMuch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		p := newReplica(t, s)
		for i := range 100 {
			p.Judged("payments", broken("nightly", fmt.Sprintf("rule-%d", i)))
			synctest.Wait()
		}
		if len(s.events) != maxPerObject || p.count(Dropped) != 100-maxPerObject {
			t.Errorf("%d events, %d dropped", len(s.events), p.count(Dropped))
		}
		p.Judged("payments", broken("weekly", "a", "b", "c", "d", "e", "f", "g", "h"))
		synctest.Wait()
		if got := len(s.events) - maxPerObject; got != maxFindings {
			t.Errorf("%d events of one Job, expected %d", got, maxFindings)
		}
		p.stop()
	})
}

func TestAllCronJobsTogetherCannotTellTooMuch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		p := newReplica(t, s)
		tell := func() {
			for i := range 2 * burst {
				p.Judged("payments", broken(fmt.Sprintf("c-%d", i), "backoff-limit"))
				synctest.Wait()
			}
		}
		tell()
		if len(s.events) != burst || p.count(Dropped) != burst {
			t.Errorf("%d events, %d dropped, expected %d", len(s.events), p.count(Dropped), burst)
		}
		time.Sleep(10 * time.Second)
		tell()
		if got := len(s.events) - burst; got != 10*perSecond {
			t.Errorf("%d more after ten seconds, expected %d", got, 10*perSecond)
		}
		p.stop()
	})
}

// While the API server is away nobody waits, and what is told then is told again later.
func TestAnAPIServerThatIsAwayHoldsNothingUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &server{away: true}
		p := newReplica(t, s)
		before := time.Now()
		for range 2 * maxQueue {
			p.Judged("payments", broken("nightly", "backoff-limit"))
		}
		if took := time.Since(before); took != 0 { // no clock of a bubble moves while something runs
			t.Errorf("telling took %v", took)
		}
		time.Sleep(callTimeout + time.Second)
		if p.count(Dropped) == 0 || p.count(Failed) == 0 {
			t.Errorf("%d dropped, %d failed", p.count(Dropped), p.count(Failed))
		}
		time.Sleep(time.Hour)
		s.mu.Lock()
		s.away = false
		s.mu.Unlock()
		p.Judged("payments", broken("nightly", "backoff-limit"))
		synctest.Wait()
		if len(s.events) != 1 {
			t.Errorf("%d events after the API server is back", len(s.events))
		}
		p.stop()
	})
}

func TestNoticesAreAboutTheGate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		p := newReplica(t, s)
		p.Warning("PolicyNotLoaded", "policy.yaml:3: unknown rule\n"+strings.Repeat("x", 5000))
		p.Normal("PolicyLoaded", "platform@3f2a91c0 is in force")
		synctest.Wait()
		p.stop()
		kinds := map[string]int{}
		for _, e := range s.events {
			kinds[e.Type+" "+e.Reason+" "+e.InvolvedObject.Kind+"/"+e.InvolvedObject.Name]++
			if len([]rune(e.Message)) > maxText || strings.Contains(e.Message, "\n") {
				t.Errorf("%q", e.Message)
			}
		}
		want := map[string]int{"Warning PolicyNotLoaded Deployment/batchgate": 1, "Normal PolicyLoaded Deployment/batchgate": 1}
		if diff := cmp.Diff(want, kinds); diff != "" {
			t.Error(diff)
		}
	})
}

func TestWhatIsWrongWithTheGateIsToldHoweverMuchIsToldOfCronJobs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		p := newReplica(t, s)
		for i := range 2 * maxTold {
			p.Judged("payments", broken(fmt.Sprintf("nightly-%d", i), "backoff-limit"))
			if i%100 == 0 {
				synctest.Wait()
				time.Sleep(10 * time.Second)
			}
		}
		synctest.Wait()
		for i := range 2 * maxQueue {
			p.Judged("payments", broken(fmt.Sprintf("hourly-%d", i), "backoff-limit"))
		}
		p.Warning("PolicyNotLoaded", "the policy does not load")
		synctest.Wait()
		p.stop()
		for _, e := range s.events {
			if e.Reason == "PolicyNotLoaded" {
				return
			}
		}
		t.Errorf("not told, among %d events", len(s.events))
	})
}
