package regotest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/dryrun"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/source"
)

const compliant = `
apiVersion: batch/v1
kind: Job
metadata: {name: report, namespace: default}
spec:
  backoffLimit: 3
  activeDeadlineSeconds: 600
  ttlSecondsAfterFinished: 3600
  template:
    spec:
      restartPolicy: Never
      automountServiceAccountToken: false
      containers:
        - name: main
          image: registry.example.com/tools/report:1.4.2
          resources: {requests: {cpu: 100m, memory: 1Gi}, limits: {cpu: "1", memory: 1Gi}}
`

// BenchmarkRules measures the review of /validate with one rule at a time: of a
// Job that no rule has anything to say about ("silent"), and of the rule's first
// bad example ("finds"). "none" is the same review without any rule, which is to be
// subtracted, and "recommended" that with all of them.
func BenchmarkRules(b *testing.B) {
	set, err := source.Load("")
	if err != nil {
		b.Fatal(err)
	}
	rules := bench{rules: set.Catalogue, engines: map[string]*engine.Engine{}}
	silent := &Example{Object: compliant}
	rules.rule = "backoff-limit"
	rules.run(b, "none/silent", &Example{Object: compliant, Context: Context{Mode: "off"}})
	all, err := engine.New(set.Catalogue, set.Policy)
	if err != nil {
		b.Fatal(err)
	}
	measure(b, "recommended/silent", all, rules.sent(b, silent))
	archives, err := filepath.Glob("../rules/*/examples.txtar")
	if err != nil {
		b.Fatal(err)
	}
	for _, path := range archives {
		rules.rule = filepath.Base(filepath.Dir(path))
		bad := firstBad(b, path)
		rules.run(b, rules.rule+"/silent", &Example{Object: compliant, Context: Context{Params: bad.Context.Params}})
		rules.run(b, rules.rule+"/finds", bad)
		measure(b, "recommended/"+rules.rule, all, rules.sent(b, bad))
	}
}

func (r *bench) run(b *testing.B, name string, e *Example) {
	b.Helper()
	made, err := r.engine(e.Context)
	if err != nil {
		b.Fatal(err)
	}
	measure(b, name, made, r.sent(b, e))
}

func measure(b *testing.B, name string, e *engine.Engine, req engine.Request) {
	b.Helper()
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := e.Validate(b.Context(), req); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// sent is the review that /validate gets for an example.
func (r *bench) sent(b *testing.B, e *Example) engine.Request {
	b.Helper()
	made, err := r.engine(e.Context)
	if err != nil {
		b.Fatal(err)
	}
	doc, err := apiserver.ToJSON([]byte(e.Object))
	if err != nil {
		b.Fatal(err)
	}
	tap := &recorder{Engine: made}
	_, err = dryrun.New(tap, dryrun.Options{
		Client: e.Context.Client, Namespace: e.Context.Namespace.Name, Namespaces: e.Context.Namespace.known, User: e.Context.User,
	}).Create(b.Context(), doc)
	if err != nil {
		b.Fatal(err)
	}
	return tap.first
}

// recorder keeps the first request for a verdict; the second is for the Job of
// a CronJob.
type recorder struct {
	*engine.Engine
	first engine.Request
}

func (r *recorder) Validate(ctx context.Context, req engine.Request) (engine.Verdict, error) {
	if r.first.Object == nil {
		r.first = req
	}
	return r.Engine.Validate(ctx, req)
}

// firstBad is the first example that is refused or warned of.
func firstBad(b *testing.B, path string) *Example {
	b.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	examples, problems := Examples(text)
	if len(problems) > 0 {
		b.Fatal(problems)
	}
	for _, e := range examples {
		if strings.HasPrefix(e.Name, "refused-") || strings.HasPrefix(e.Name, "warned-") {
			return e
		}
	}
	b.Fatalf("%s: nothing is refused", path)
	return nil
}
