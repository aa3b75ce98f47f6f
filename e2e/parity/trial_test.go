package parity

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/dryrun"
)

// trial puts cases before both sides.
type trial struct {
	cluster *cluster
	offline *offline
}

// outcome is what became of one object on both sides.
type outcome struct {
	Case       Case
	What       string // "" for the manifest itself
	Document   []byte // what was judged offline
	Result     *dryrun.Result
	Cluster    Answer
	Difference string
	NotCovered bool // by the port of Kubernetes' validation: not compared
	Unread     bool // by kubectl: nothing was sent
}

// run tries a case, and of an admitted CronJob the Jobs that come of it.
func (t trial) run(ctx context.Context, cs Case) ([]outcome, error) {
	object, unread := read(cs.Manifest, cs.Namespace)
	doc, err := document(cs)
	if err != nil {
		return []outcome{{Case: cs, Unread: true}}, nil
	}
	result, err := t.offline.judge(ctx, cs, doc)
	if err != nil {
		return nil, err
	}
	if unread != nil {
		o := outcome{Case: cs, Unread: true}
		if result.Refused() != dryrun.Kubernetes {
			o.Difference = "kubectl refuses: " + unread.Error()
		}
		return []outcome{o}, nil
	}
	request, err := kubectl(cs, object)
	if err != nil {
		return nil, err
	}
	known := made{}
	if object.GetName() == "" {
		known.generateName = object.GetGenerateName()
	}
	first, stored, err := t.one(ctx, outcome{Case: cs, Document: doc, Result: result}, request, known)
	if err != nil || stored == nil || cs.DryRun {
		return []outcome{first}, err
	}
	outcomes := []outcome{first}
	if result.Child != nil {
		more, err := t.jobsOf(ctx, cs, stored, result, known)
		if err != nil {
			return nil, err
		}
		outcomes = append(outcomes, more...)
	}
	return outcomes, t.cluster.remove(ctx, stored)
}

// one sends a request and compares the answer with the result.
func (t trial) one(ctx context.Context, o outcome, request call, known made) (outcome, []byte, error) {
	answer, stored, err := t.cluster.ask(ctx, request)
	if err != nil {
		return o, nil, err
	}
	check := predicted(o.Result)
	if stored != nil {
		if answer.Object, err = known.normalise(stored); err != nil {
			return o, nil, err
		}
	}
	if check.Verdict == Allowed {
		if check.Object, err = known.normalise(o.Result.Object); err != nil {
			return o, nil, err
		}
	}
	known.rename(&answer)
	known.rename(&check)
	o.Cluster = answer
	if o.NotCovered = len(o.Result.NotCovered) > 0; !o.NotCovered {
		o.Difference = difference(answer, check)
	}
	return o, stored, nil
}

// jobsOf tries the Job that the CronJob controller would make, and the one that
// somebody makes by hand.
func (t trial) jobsOf(ctx context.Context, cs Case, stored []byte, result *dryrun.Result, known made) ([]outcome, error) {
	var cron batchv1.CronJob
	if err := json.Unmarshal(stored, &cron); err != nil {
		return nil, err
	}
	request, err := run(apiserver.Child(&cron, t.offline.now))
	if err != nil {
		return nil, err
	}
	known.child = true
	child, job, err := t.one(ctx, outcome{Case: cs, What: "the Job of the CronJob", Document: request.Body, Result: result.Child}, request, known)
	if err != nil {
		return nil, err
	}
	outcomes := []outcome{child}
	if err := t.discard(ctx, job); err != nil || !cs.Manual {
		return outcomes, err
	}
	doc, err := byHand(&cron)
	if err != nil {
		return nil, err
	}
	cs.Client, cs.Fields = apiserver.Create, apiserver.Strict
	if result, err = t.offline.judge(ctx, cs, doc); err != nil {
		return nil, err
	}
	request, err = created(cs, doc)
	if err != nil {
		return nil, err
	}
	manual, job, err := t.one(ctx, outcome{Case: cs, What: "a Job made from the CronJob", Document: doc, Result: result}, request, made{})
	if err != nil {
		return nil, err
	}
	return append(outcomes, manual), t.discard(ctx, job)
}

func (t trial) discard(ctx context.Context, stored []byte) error {
	if stored == nil {
		return nil
	}
	return t.cluster.remove(ctx, stored)
}

// report is a difference as a failure shows it.
func (o outcome) report() string {
	var text strings.Builder
	text.WriteString(o.Case.String())
	if o.What != "" {
		text.WriteString(", " + o.What)
	}
	fmt.Fprintf(&text, " (-cluster +check)\n%s\n%s\n", o.Difference, strings.TrimSpace(string(o.Case.Manifest)))
	if o.Case.Again != "" {
		text.WriteString("again: cd e2e && go test ./parity -run 'TestParity$' -args " + o.Case.Again)
	}
	return text.String()
}
