package availability

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"

	"github.com/batchgate/batchgate/e2e/traffic"
	"github.com/batchgate/batchgate/e2e/world"
)

const cronJobController = "system:serviceaccount:kube-system:cronjob-controller"

// outage is how long both replicas are down, and how long after it every CronJob has fired at the latest. The controller
// tries again after 5 ms, then after twice as long each time, so its longest pause is about as long as the outage was.
type outage struct {
	down, within time.Duration
	cronJobs     int
}

func TestCronJobsCatchUpAfterAnOutage(t *testing.T) {
	outages := pick(
		[]outage{{down: 20 * time.Second, within: 40 * time.Second, cronJobs: 20}},
		[]outage{
			{down: 20 * time.Second, within: 70 * time.Second, cronJobs: 50},
			{down: time.Minute, within: 70 * time.Second, cronJobs: 50},
			{down: 2 * time.Minute, within: 100 * time.Second, cronJobs: 50},
			{down: 4 * time.Minute, within: 165 * time.Second, cronJobs: 50},
		},
	)
	for _, o := range outages {
		t.Run(fmt.Sprintf("of %s, %d CronJobs", o.down, o.cronJobs), func(t *testing.T) { catchUp(t, guard(t), o) })
	}
}

func catchUp(t *testing.T, r *traffic.Replicas, o outage) {
	namespace := newNamespace(t)
	for n := range o.cronJobs {
		cronJob := &batchv1.CronJob{
			ObjectMeta: metav1.ObjectMeta{Name: fmt.Sprintf("cron-%d", n)},
			Spec: batchv1.CronJobSpec{
				Schedule: "* * * * *", TimeZone: new("Etc/UTC"), JobTemplate: batchv1.JobTemplateSpec{Spec: jobSpec()},
			},
		}
		if _, err := shared.Client().BatchV1().CronJobs(namespace).Create(t.Context(), cronJob, metav1.CreateOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		_ = shared.Client().CoreV1().Namespaces().Delete(context.Background(), namespace, metav1.DeleteOptions{})
	})

	// The outage begins just before a minute does, so that every CronJob has a run to miss.
	begin := time.Now().Truncate(time.Minute).Add(55 * time.Second)
	if begin.Before(time.Now()) {
		begin = begin.Add(time.Minute)
	}
	until(t, begin)
	for i := range r.Gates() {
		if err := r.Kill(i); err != nil {
			t.Fatal(err)
		}
	}
	down := time.Now()
	until(t, down.Add(o.down))
	launched := time.Now()
	for i := range r.Gates() {
		if err := r.Launch(i); err != nil {
			t.Fatal(err)
		}
	}
	if err := r.WaitUntilServing(t.Context()); err != nil {
		t.Fatal(err)
	}
	up := time.Now()

	var seen story
	world.Eventually(t, 2*o.within+time.Minute, "every CronJob has fired", func(context.Context) error {
		seen = storyOf(t, namespace, down, launched, up)
		if missing := o.cronJobs - len(seen.fired); missing > 0 {
			return fmt.Errorf("%d of %d have not", missing, o.cronJobs)
		}
		return nil
	})
	delays := seen.delays()
	p50, last := delays[len(delays)/2], delays[len(delays)-1]
	t.Logf("| %s | %d | %d | %.1f s | %.1f s |", up.Sub(down).Round(time.Second), o.cronJobs, seen.refused, p50.Seconds(), last.Seconds())
	if seen.refused == 0 {
		t.Error("no run was refused during the outage, expected it to be noticed")
	}
	if last > o.within {
		t.Errorf("the last CronJob fired %s after the outage, expected %s at most", last.Round(100*time.Millisecond), o.within)
	}
	for run, jobs := range runs(t, namespace) {
		if jobs != 1 {
			t.Errorf("%d Jobs of the run %s, expected 1", jobs, run)
		}
	}
}

// story is what the CronJob controller went through, from the audit log.
type story struct {
	refused int                      // creations during the outage
	fired   map[string]time.Duration // by CronJob: its first Job after the outage
}

func (s story) delays() []time.Duration {
	var all []time.Duration
	for _, delay := range s.fired {
		all = append(all, delay)
	}
	slices.Sort(all)
	return all
}

func storyOf(t *testing.T, namespace string, down, launched, up time.Time) story {
	t.Helper()
	s := story{fired: map[string]time.Duration{}}
	_, err := shared.AuditEvents(func(event *auditv1.Event) bool {
		at := event.RequestReceivedTimestamp.Time
		ref := event.ObjectRef
		if event.Verb != "create" || ref == nil || ref.Resource != "jobs" || ref.Namespace != namespace || event.User.Username != cronJobController {
			return false
		}
		switch code := event.ResponseStatus.Code; {
		case code == http.StatusCreated && at.After(launched):
			job := &batchv1.Job{}
			if err := json.Unmarshal(event.ResponseObject.Raw, job); err != nil {
				t.Fatal(err)
			}
			if owner := metav1.GetControllerOf(job); owner != nil {
				if _, again := s.fired[owner.Name]; !again {
					s.fired[owner.Name] = max(0, at.Sub(up))
				}
			}
		case code == http.StatusInternalServerError && at.After(down) && strings.Contains(event.ResponseStatus.Message, "failed calling webhook"):
			s.refused++
		}
		return false
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// runs counts the Jobs of each run of each CronJob.
func runs(t *testing.T, namespace string) map[string]int {
	t.Helper()
	list, err := shared.Client().BatchV1().Jobs(namespace).List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	for i := range list.Items {
		job := &list.Items[i]
		if owner := metav1.GetControllerOf(job); owner != nil {
			counts[owner.Name+" at "+job.Annotations["batch.kubernetes.io/cronjob-scheduled-timestamp"]]++
		}
	}
	return counts
}
