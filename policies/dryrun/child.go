package dryrun

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	batchv1 "k8s.io/api/batch/v1"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/engine"
)

// cronJobController is who creates the Jobs of CronJobs.
func cronJobController() engine.User {
	return engine.User{
		Name:   "system:serviceaccount:kube-system:cronjob-controller",
		Groups: []string{"system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"},
	}
}

// generated stands for what the API server appends to a generateName.
const generated = "xxxxx"

// child judges the Job that a stored CronJob makes.
func (j *Judge) child(ctx context.Context, cron *batchv1.CronJob) (*Result, error) {
	if cron.Name == "" {
		cron = cron.DeepCopy()
		cron.Name = cron.GenerateName + generated
	}
	doc, err := json.Marshal(apiserver.Child(cron, j.options.Now))
	if err != nil {
		return nil, err
	}
	o := j.options
	o.Client, o.FieldValidation, o.User = apiserver.Create, apiserver.Warn, cronJobController()
	r, err := j.judge(ctx, doc, o)
	if err != nil {
		return nil, fmt.Errorf("the Job of the CronJob: %w", err)
	}
	if r.Verdict.Refused() {
		return nil, errors.New("policy error: it would refuse the CronJob controller its Job, which nobody would read")
	}
	return r, nil
}
