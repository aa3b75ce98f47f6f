// The race detector takes several times the memory of what it watches, so these
// figures mean something only without it.
//go:build !race

package webhook

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// hostile are bodies of 6 MiB that are cheap to send and dear to hold, as
// Go values or as terms.
func hostile(tb testing.TB) map[string][]byte {
	const size = 6 << 20
	in := func(place, value string) []byte {
		review := string(sent(tb, "01-job-minimal-kubectl-create.mutating.json", nil))
		cutAt := strings.Index(review, place)
		if cutAt < 0 {
			tb.Fatalf("no %s", place)
		}
		cutAt += len(place)
		return []byte(review[:cutAt] + value + review[cutAt:])
	}
	many := func(unit string) string { return strings.Repeat(unit, size/len(unit)) }
	return map[string][]byte{
		"empty containers":         in(`"containers":[`, many("{},")),
		"empty lists in an object": in(`"spec":{`, `"x":[`+many("[],")+`[]],`),
		"members of labels":        in(`"metadata":{`, `"labels":{`+many(`"a":"",`)+`"b":""},`),
		"env entries":              in(`"containers":[{`, `"env":[`+many(`{"name":"a"},`)+`{"name":"b"}],`),
		"deep nesting":             in(`"spec":{`, `"x":`+strings.Repeat("[", size/2)+strings.Repeat("]", size/2)+`,`),
		"one long string":          in(`"metadata":{`, `"annotations":{"a":"`+many(`\u003c`)+`"},`),
		"beside the object":        in(`"request":{`, `"zzz":[`+many("{},")+`{}],`),
	}
}

// TestHostileReviewsStayBelowTheLimit sends 32 of them at once to a gate of
// its own: every one is answered or shed, the process stays below the 512 MiB
// of the shipped Deployment, and an ordinary review is decided meanwhile.
func TestHostileReviewsStayBelowTheLimit(t *testing.T) {
	const together, limitKB = 32, 512 << 10
	ordinary := sent(t, "01-job-minimal-kubectl-create.mutating.json", nil)
	for name, body := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			c := startChild(t, gateChild)
			var group sync.WaitGroup
			answers := make(chan int, together)
			for range together {
				group.Go(func() {
					res, _, err := c.post(c.client(t), "/validate?timeout=10s", body)
					if err != nil {
						answers <- 0
						return
					}
					answers <- res.StatusCode
				})
			}
			begin := time.Now()
			res, text, err := c.post(c.client(t), "/validate?timeout=10s", ordinary)
			if err != nil || res.StatusCode != http.StatusOK {
				t.Errorf("ordinary review: %v, %s", err, text)
			}
			took := time.Since(begin)
			group.Wait()
			close(answers)
			count := map[int]int{}
			for status := range answers {
				count[status]++
			}
			peak := c.used().PeakKB
			t.Logf("answers %v, peak %d MiB, an ordinary review took %v", count, peak>>10, took)
			if peak > limitKB {
				t.Errorf("peak of %d MiB, the limit is %d MiB", peak>>10, limitKB>>10)
			}
			if count[http.StatusInternalServerError] > 0 {
				t.Error("a panic or an engine error")
			}
		})
	}
}
