package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/dryrun"
)

// The exit statuses of a check; 2 wins over 1.
const (
	exitRefused     = 1
	exitUnjudged    = 2
	exitInterrupted = 130
)

type checkOptions struct {
	judging

	outputs []string
	failOn  string
	verbose bool
	schema  bool

	baseline string
	rewrite  bool   // the baseline
	since    string // a git revision

	paths []string
}

func newCheck(streams ioStreams) *cobra.Command {
	o := checkOptions{judging: judging{now: time.Now, env: os.Getenv}}
	cmd := &cobra.Command{
		Use:   "check [PATH…|-]",
		Short: "Say what the cluster would do to Jobs and CronJobs, without one",
		Long: `Say what a cluster with this policy would do to the Jobs and CronJobs in files,
directories, globs or the standard input (-): what it fills in, what it warns of
and what it refuses, at the line where it is written. No cluster, no network and
no configuration are needed.

Every document is judged as if it were created. Namespaces, LimitRanges and
ResourceQuotas among the documents are the context of what goes to their
namespace, wherever they stand; where there is none of a kind, rules that need
it are not judged, and the summary says so. Other kinds are counted and not
judged. Findings go to the standard output, everything else to standard error.

Exit status: 0 nothing is refused, 1 something is, 2 something could not be
judged, 130 interrupted.`,
		Example: `  batchgate check deploy/
  helm template . | batchgate check --client ssa -
  kustomize build overlays/prod | batchgate check --policy policy/ --namespace shop -
  batchgate check -o text -o json=result.json --fail-on warn 'jobs/*.yaml'`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.schema {
				_, err := streams.Out.Write(report.Schema())
				return err
			}
			o.paths, o.chosen = args, cmd.Flags().Changed("policy")
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			o.collect()
			return o.run(ctx, streams)
		},
	}
	cmd.SetFlagErrorFunc(explainFlags)
	f := cmd.Flags()
	f.SortFlags = false
	o.policyFlag(f)
	f.StringArrayVarP(&o.outputs, "output", "o", nil, "`FORMAT[=FILE]` of the report: "+strings.Join(checkFormats(), ", ")+"; may be given again (default text)")
	o.flags(f)
	f.StringVar(&o.failOn, "fail-on", "refused", "what gives exit status 1: refused, warn (or refused), or change (or any of these)")
	f.StringVar(&o.baseline, "baseline", "", "`FILE` with findings that are known and do not count; those that it has and nobody finds are named")
	f.BoolVar(&o.rewrite, "update-baseline", false, "write what is found now to the file of --baseline")
	f.StringVar(&o.since, "changed-since", "", "pass over files that git tracks and that are as they were where the branch left a `REVISION`, such as origin/main; context is still read from all")
	f.BoolVar(&o.schema, "schema", false, "print the JSON Schema of the JSON report, and do nothing else")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "show audit findings too, and objects that are fine")
	completes(cmd, checkFormats()...)
	return cmd
}

// valid holds the flags to what is known.
func (o checkOptions) valid() error {
	errs := []error{
		named(o.policy),
		o.judging.valid(),
		oneOf("fail-on", o.failOn, "refused", "warn", "change"),
	}
	if o.rewrite && o.baseline == "" {
		errs = append(errs, errors.New("--update-baseline: expected --baseline FILE beside it"))
	}
	if o.rewrite && o.since != "" {
		errs = append(errs, errors.New("--update-baseline: --changed-since judges a part of the files, and what is known of the others would be lost; expected one of the two"))
	}
	if len(o.paths) == 0 {
		errs = append(errs, errors.New("nothing to check; expected files, directories, or - for the standard input"))
	}
	return errors.Join(errs...)
}

func (o checkOptions) run(ctx context.Context, streams ioStreams) error {
	if err := o.valid(); err != nil {
		return &exitError{code: exitUnjudged, err: err}
	}
	set, e, err := o.load(ctx, o.chosen, streams.Err)
	if ctx.Err() != nil {
		return &exitError{code: exitInterrupted, err: errors.New("interrupted; nothing is reported")}
	}
	if err != nil {
		return &exitError{code: exitUnjudged, err: err}
	}
	out, err := o.open(streams, set, e.Identity())
	if err != nil {
		return &exitError{code: exitUnjudged, err: err}
	}
	known, err := openBaseline(o.baseline, o.rewrite)
	if err != nil {
		out.abandon()
		return &exitError{code: exitUnjudged, err: err}
	}
	c := &checking{out: out, baseline: known, others: others{passOver: o.lenient}, progress: newProgress(streams, out.onTerminal(streams), o.now)}
	err = o.check(ctx, c, timely(e), streams.In)
	if slices.Contains(o.paths, manifest.Stdin) {
		// What ends a pipeline ends its first command too, whose end is seen here
		// before the signal.
		select {
		case <-ctx.Done():
		case <-time.After(50 * time.Millisecond):
		}
	}
	c.progress.clear()
	if interrupted := ctx.Err(); interrupted != nil {
		out.abandon()
		return &exitError{code: exitInterrupted, err: fmt.Errorf("interrupted; what is reported is not all\nso far: %s", out.summaryLine(c))}
	}
	if err != nil {
		out.abandon()
		return &exitError{code: exitUnjudged, err: err}
	}
	if err = out.close(c.summary); err != nil {
		return &exitError{code: exitUnjudged, err: err}
	}
	fmt.Fprintln(streams.Err, out.summaryLine(c))
	c.others.explain(streams.Err)
	if err := known.finish(streams.Err, c.summary.Errors > 0 || o.since != ""); err != nil {
		return &exitError{code: exitUnjudged, err: err}
	}
	return o.status(c)
}

// check reads everything twice: what surrounds the Jobs, and then the Jobs.
func (o checkOptions) check(ctx context.Context, c *checking, e dryrun.Engine, in io.Reader) error {
	first := &replay{in: in}
	known, err := o.gather(ctx, o.reader(first), o.paths)
	if err != nil {
		return err
	}
	c.context = newSurroundings(o.namespace, o.fieldValidation())
	c.judge = o.judge(e, known)
	r := o.reader(first.again())
	if o.since != "" {
		unchanged, err := unchangedSince(ctx, o.since)
		if err != nil {
			return err
		}
		r.Take = func(f manifest.File) bool {
			if unchanged(f) {
				c.unchanged++
				return false
			}
			return true
		}
	}
	err = c.all(ctx, r, o.paths)
	c.summary.Unchanged = c.unchanged
	return err
}

// status is the exit status that the summary brings about.
func (o checkOptions) status(c *checking) error {
	switch {
	case c.summary.Errors > 0:
		return &exitError{code: exitUnjudged}
	case c.summary.Fails(report.FailOn(o.failOn)):
		return &exitError{code: exitRefused}
	}
	return nil
}
