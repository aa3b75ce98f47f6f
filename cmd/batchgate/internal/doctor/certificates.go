package doctor

import (
	"fmt"
	"time"
)

// A clock that is off by more than this is worth a word.
const tolerableSkew = time.Minute

// What people renew they renew so long before its end, and not years: the CA of
// clients, and a CA that lives longer than whoever renews by himself would let it.
const (
	ahead = 60 * 24 * time.Hour
	long  = 2 * 366 * 24 * time.Hour
)

// certificates finds what replicas say of theirs.
func certificates(f *facts, s *sheet) {
	before, asked := len(s.findings), 0
	for _, r := range f.replicas {
		if r.metrics.err != nil {
			continue
		}
		asked++
		for _, name := range []string{"leaf", "ca", "client-ca"} {
			f.life(s, r, name)
		}
		if problem, _ := r.metrics.value.sum("batchgate_certificate_problem", "", ""); problem > 0 {
			s.trouble(fmt.Sprintf("replica %s finds something about its certificate out of order", r.name),
				"see its log, and the Events of its Deployment", "batchgate-certificate-problem")
		}
		if seconds, _ := r.metrics.value.sum("batchgate_clock_skew_seconds", "", ""); time.Duration(seconds*float64(time.Second)).Abs() > tolerableSkew {
			s.warning(fmt.Sprintf("the clock of replica %s is %s off the API server's; certificates follow the API server's", r.name,
				time.Duration(seconds*float64(time.Second)).Round(time.Second)), "mend the time of its node", "batchgate-clock-skew")
		}
	}
	switch {
	case asked == 0:
		s.add(Finding{Status: NotChecked, Text: "how long certificates last: no replica could be asked", Do: "ask as somebody who may get pods/proxy"})
	case len(s.findings) == before:
		s.ok("every certificate lasts, or will be renewed in time")
	}
}

func (f *facts) life(s *sheet, r replica, name string) {
	end, known := r.metrics.value.sum("batchgate_certificate_not_after_seconds", "certificate", name)
	if !known || end == 0 {
		return
	}
	start, _ := r.metrics.value.sum("batchgate_certificate_not_before_seconds", "certificate", name)
	ends := time.Unix(int64(end), 0)
	left := ends.Sub(f.now)
	switch {
	case left <= 0:
		s.trouble(fmt.Sprintf("replica %s: the %s certificate expired on %s", r.name, name, ends.UTC().Format(time.DateTime)), "renew it", "batchgate-certificate-expires")
	case start > 0 && left < r.due(name, time.Duration(end-start)*time.Second):
		s.warning(fmt.Sprintf("replica %s: the %s certificate ends on %s, and was not renewed though it was time to", r.name, name,
			ends.UTC().Format(time.DateTime)), "see why, and renew it", "batchgate-certificate-not-renewed")
	}
}

// due is how much of its life is left when a certificate should have been renewed,
// as the alert BatchgateCertificateNotRenewed has it.
func (r replica) due(name string, life time.Duration) time.Duration {
	third := life / 3
	switch {
	case name == "client-ca":
		return min(third, ahead)
	case name == "ca" && life > long:
		return ahead
	case name == "ca":
		// One that was renewed in time is in use until the leaf is renewed as well.
		end, _ := r.metrics.value.sum("batchgate_certificate_not_after_seconds", "certificate", "leaf")
		start, _ := r.metrics.value.sum("batchgate_certificate_not_before_seconds", "certificate", "leaf")
		return third - time.Duration(end-start)*time.Second
	}
	return third
}
