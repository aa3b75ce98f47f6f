package parity

import (
	"fmt"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/source"
)

// enough holds the counts to what makes the number of cases mean something: at least this many of each in 1,000.
func (s *tally) enough(t *testing.T) {
	t.Helper()
	for feature, least := range minimums() {
		if s.counts[feature] < least {
			t.Errorf("%s: reached %d times, expected at least %d", feature, s.counts[feature], least)
		}
	}
	set, err := source.Load("")
	if err != nil {
		t.Fatal(err)
	}
	for _, rule := range set.Catalogue.Rules {
		said := 0
		for _, mode := range []config.Mode{config.Enforce, config.Warn, config.Audit} {
			said += s.counts[fmt.Sprintf("rule %s: %s", rule.Name, mode)]
		}
		if rule.Denies && said < 5 {
			t.Errorf("rule %s: has something to say %d times, expected at least 5; write what it looks at into the grammar", rule.Name, said)
		}
		if refused := s.counts["rule "+rule.Name+": enforce"]; rule.Denies && refused == 0 {
			t.Errorf("rule %s: never refuses; enforce it in one of the policies", rule.Name)
		}
		if filled := s.counts["rule "+rule.Name+": filled"]; len(rule.Heads) > 0 && filled < 5 {
			t.Errorf("rule %s: fills %d times, expected at least 5", rule.Name, filled)
		}
	}
	for feature, n := range s.counts {
		if strings.HasPrefix(feature, "policy error: ") {
			t.Errorf("%s, %d times; a bundled rule has an answer to every object that Kubernetes takes", feature, n)
		}
	}
	judged, all := 0, 0
	for _, kind := range []string{"Job", "CronJob"} {
		for _, verdict := range []Verdict{Allowed, RefusedByPolicy, RefusedByKubernetes} {
			n := s.counts[fmt.Sprintf("verdict of a %s: %s", kind, verdict)]
			if all += n; verdict != RefusedByKubernetes {
				judged += n
			}
			if n < 50 {
				t.Errorf("%s %s: %d times, expected at least 50", kind, verdict, n)
			}
		}
	}
	if judged < all/2 {
		t.Errorf("%d of %d objects get past Kubernetes' own validation, expected at least half", judged, all)
	}
	if left := s.counts["not covered"]; left > s.done/50 {
		t.Errorf("%d of %d cases are left out, expected at most one in fifty", left, s.done)
	}
}

func minimums() map[string]int {
	least := map[string]int{
		"client: create": 100, "client: apply": 100, "client: ssa": 100, "client: generateName": 20,
		"field validation: Strict": 100, "field validation: Warn": 100, "field validation: Ignore": 100,
		"an unknown field with a warning": 5, "refused at decoding": 30,
		"Indexed": 50, "a work queue": 50, "a limit per index": 30, "a success policy": 15, "a pod failure policy": 20,
		"a sidecar": 20, "an init container": 20, "resources of a Pod": 15, "managedBy": 10,
		"a Kueue queue": 10, "a profile": 10, "a hook": 10, "a reconciler": 10, "an owner": 30,
		"sent by an operator": 3, "an exception": 5, "advice": 5, "a forged record": 3, "skipped": 30, "only tried": 50,
		"verdict of the Job of the CronJob: allowed": 50, "verdict of a Job made from the CronJob: allowed": 15,
		"spelling: YAML 1.1 boolean": 5, "spelling: octal": 10, "spelling: float": 10, "spelling: anchor": 5,
		"spelling: merge key": 10, "spelling: duplicate key": 10, "spelling: CRLF": 5, "spelling: BOM": 5,
		"spelling: null": 10, "spelling: json": 30, "spelling: comment": 5, "spelling: number": 5, "spelling: key": 3,
	}
	for _, policy := range policies() {
		least["policy: "+policy] = 50
	}
	for _, namespace := range []string{"default", "shop", "team-a", "limited", "narrow", "quota", "kube-public"} {
		least["namespace: "+namespace] = 30
	}
	return least
}
