package webhook

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/batchgate/batchgate/policies/engine"
)

// liveReader has the namespaces that it names, and counts who asks.
type liveReader struct {
	client.Reader
	have  map[string]map[string]string
	asked int
}

func (l *liveReader) Get(_ context.Context, key client.ObjectKey, obj client.Object, _ ...client.GetOption) error {
	l.asked++
	labels, ok := l.have[key.Name]
	if !ok {
		return errors.New("not found")
	}
	obj.SetName(key.Name)
	obj.SetLabels(labels)
	return nil
}

func namespace(name string, labels map[string]string) *corev1.Namespace {
	return &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels, Annotations: map[string]string{lastApplied: "{}", "team": "data"}}}
}

func limitRange(namespace, name, memory string) *corev1.LimitRange {
	list := corev1.ResourceList{"memory": resource.MustParse(memory)}
	return &corev1.LimitRange{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec:       corev1.LimitRangeSpec{Limits: []corev1.LimitRangeItem{{Type: "Container", Max: list}}},
	}
}

func resourceQuota(namespace, name, used string) *corev1.ResourceQuota {
	return &corev1.ResourceQuota{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name},
		Spec:       corev1.ResourceQuotaSpec{Hard: corev1.ResourceList{"pods": resource.MustParse("10")}},
		Status:     corev1.ResourceQuotaStatus{Used: corev1.ResourceList{"pods": resource.MustParse(used)}},
	}
}

// quota is what the engine is told of such a one.
func quota(name, used string) engine.ResourceQuota {
	return engine.ResourceQuota{Name: name, Hard: map[string]string{"pods": "10"}, Used: map[string]string{"pods": used}}
}

func TestNamespaceFollowsTheCluster(t *testing.T) {
	t.Parallel()
	live := &liveReader{have: map[string]map[string]string{"fresh": {"tier": "new"}}}
	n := newClusterNamespaces(nil, live)
	if _, err := n.Namespace(t.Context(), "a"); err == nil {
		t.Error("answered before the caches were filled")
	}
	n.synced.Store(true)

	n.setLimits(limitRange("a", "z", "4096Mi"))
	n.setNamespace(namespace("a", map[string]string{"tier": "production"}))
	n.setLimits(limitRange("a", "b", "1.5Gi"))
	n.setLimits(limitRange("other", "b", "1Gi"))
	want := engine.Namespace{
		Name: "a", Labels: map[string]string{"tier": "production"}, Annotations: map[string]string{"team": "data"}, LabelsKnown: true, LimitsKnown: true, QuotasKnown: true,
		LimitRanges: []engine.LimitRange{{Type: "Container", Max: map[string]string{"memory": "1536Mi"}}, {Type: "Container", Max: map[string]string{"memory": "4Gi"}}},
	}
	check := func(want engine.Namespace) {
		t.Helper()
		got, err := n.Namespace(t.Context(), want.Name)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	check(want)

	n.setQuota(resourceQuota("a", "small", "1"))
	n.setQuota(resourceQuota("a", "large", "2"))
	n.setQuota(resourceQuota("a", "small", "3"))
	n.setQuota(resourceQuota("other", "small", "4"))
	want.ResourceQuotas = []engine.ResourceQuota{quota("large", "2"), quota("small", "3")}
	check(want)

	n.dropQuota(resourceQuota("a", "large", "2"))
	want.ResourceQuotas = want.ResourceQuotas[1:]
	check(want)

	n.dropLimits(limitRange("a", "b", "1Gi"))
	want.LimitRanges = want.LimitRanges[1:]
	check(want)

	n.setNamespace(namespace("a", nil))
	want.Labels = nil
	check(want)
	if live.asked != 0 {
		t.Errorf("%d live reads of a namespace that the cache knows", live.asked)
	}

	n.setLimits(limitRange("fresh", "a", "1Gi"))
	n.setQuota(resourceQuota("fresh", "small", "0"))
	check(engine.Namespace{
		Name: "fresh", Labels: map[string]string{"tier": "new"}, LabelsKnown: true, LimitsKnown: true, QuotasKnown: true,
		LimitRanges:    []engine.LimitRange{{Type: "Container", Max: map[string]string{"memory": "1Gi"}}},
		ResourceQuotas: []engine.ResourceQuota{quota("small", "0")},
	})

	n.dropNamespace(namespace("a", nil))
	if _, err := n.Namespace(t.Context(), "a"); err == nil {
		t.Error("a deleted namespace is still known")
	}
	if live.asked != 2 {
		t.Errorf("%d live reads, want 2", live.asked)
	}
}

func TestWhatIsCachedOfAQuotaIsWhatIsRead(t *testing.T) {
	t.Parallel()
	given := resourceQuota("a", "small", "3")
	given.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "kubectl"}}
	given.Annotations = map[string]string{lastApplied: "{}"}
	given.Status.Hard = given.Spec.Hard
	got, err := trimQuota(given)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(resourceQuota("a", "small", "3"), got); diff != "" {
		t.Error(diff)
	}
}

func TestEventsReachTheirHandlers(t *testing.T) {
	t.Parallel()
	var got []string
	h := events(func(ns *corev1.Namespace) { got = append(got, "set "+ns.Name) }, func(ns *corev1.Namespace) { got = append(got, "drop "+ns.Name) })
	h.OnAdd(namespace("a", nil), true)
	h.OnUpdate(namespace("a", nil), namespace("b", nil))
	h.OnDelete(namespace("b", nil))
	h.OnDelete(deleted("c"))
	if diff := cmp.Diff([]string{"set a", "set b", "drop b", "drop c"}, got); diff != "" {
		t.Error(diff)
	}
}

// deleted is what an informer says of an object whose end it did not see.
func deleted(name string) any {
	return toolscache.DeletedFinalStateUnknown{Key: name, Obj: namespace(name, nil)}
}

// slowReader answers when it is told to. It is safe for concurrent use.
type slowReader struct {
	client.Reader
	asked   atomic.Int32
	atOnce  atomic.Int32
	most    atomic.Int32
	answers chan struct{}
}

func (s *slowReader) Get(_ context.Context, key client.ObjectKey, obj client.Object, _ ...client.GetOption) error {
	s.asked.Add(1)
	s.most.Store(max(s.most.Load(), s.atOnce.Add(1)))
	defer s.atOnce.Add(-1)
	<-s.answers
	if strings.HasPrefix(key.Name, "gone") {
		return apierrors.NewNotFound(corev1.Resource("namespaces"), key.Name)
	}
	obj.SetName(key.Name)
	return nil
}

func TestTheAPIServerIsAskedOnceForAllWhoWantToKnowTheSame(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		live := &slowReader{answers: make(chan struct{})}
		u := newUnheard(live)
		errs := make(chan error, 1000)
		ask := func(n int, name func(int) string) {
			for i := range n {
				go func() {
					_, err := u.ask(t.Context(), name(i))
					errs <- err
				}()
			}
			synctest.Wait()
		}
		ask(100, func(int) string { return "fresh" })
		if got := live.asked.Load(); got != 1 {
			t.Errorf("asked %d times by 100 reviews, expected once", got)
		}
		ask(100, func(i int) string { return fmt.Sprintf("gone-%d", i%20) })
		if got := live.most.Load(); got != liveAtOnce {
			t.Errorf("%d questions at once, expected %d", got, liveAtOnce)
		}
		close(live.answers)
		synctest.Wait()
		failed := 0
		for range 200 {
			if err := <-errs; err != nil {
				failed++
			}
		}
		if failed != 100 {
			t.Errorf("%d reviews of 200 know no namespace, expected those 100 whose is gone", failed)
		}
		before := live.asked.Load()
		ask(20, func(i int) string { return fmt.Sprintf("gone-%d", i) })
		if got := live.asked.Load(); got != before {
			t.Errorf("asked %d times more for names that were nobody's a moment ago", got-before)
		}
		time.Sleep(2 * missingFor)
		ask(1, func(int) string { return "gone-1" })
		if got := live.asked.Load(); got != before+1 {
			t.Errorf("asked %d times more after a while, expected once", got-before)
		}
		for i := range 10 * maxMissing {
			u.remember(fmt.Sprintf("gone-%d", i), errors.New("not found"))
		}
		if len(u.missing) > maxMissing {
			t.Errorf("%d names are remembered, expected at most %d", len(u.missing), maxMissing)
		}
	})
}
