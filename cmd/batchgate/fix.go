package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
)

type fixOptions struct {
	judging

	findings bool
	diff     bool
	check    bool
	paths    []string
}

func newFix(streams ioStreams) *cobra.Command {
	o := fixOptions{judging: judging{now: time.Now, env: os.Getenv}}
	cmd := &cobra.Command{
		Use:   "fix [PATH…|-]",
		Short: "Write what the cluster would fill in, and change nothing else",
		Long: `Write into manifests what a cluster with this policy would fill in, and with
--findings also the value that a refusal or warning offers. Only the lines that need
it change: comments, order, quotes, indentation, line endings and the end of the file
stay. With - the standard input goes to the standard output.

A document that cannot be changed like that is left alone, and the reason is told:
one with anchors or aliases, with comments within braces, or that the API server would
not take at all. A file is written when it has been read again and says what the
cluster would make of it, and then in one step: whatever happens, there is the old file
or the new one. A link stays one; one that leads out of the directory that was named,
and a file with several names (hard links), are left alone and told.

Exit status: 0 everything is as it should be by now, 1 with --check: something is
not, 2 something could not be read or changed, 130 interrupted.`,
		Example: `  batchgate fix --diff deploy/
  batchgate fix --findings deploy/nightly.yaml
  helm template . | batchgate fix - | kubectl apply -f -`,
		RunE: func(cmd *cobra.Command, args []string) error {
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
	f.BoolVar(&o.findings, "findings", false, "also write the values that refusals and warnings offer")
	f.BoolVar(&o.diff, "diff", false, "show what would be written, and write nothing")
	f.BoolVar(&o.check, "check", false, "write nothing; exit status 1 tells that something would be")
	o.policyFlag(f)
	o.flags(f)
	completes(cmd)
	return cmd
}

func (o fixOptions) valid() error {
	errs := []error{named(o.policy), o.judging.valid()}
	if len(o.paths) == 0 {
		errs = append(errs, errors.New("nothing to fix; expected files, directories, or - for the standard input"))
	}
	if slices.Contains(o.paths, manifest.Stdin) && len(o.paths) > 1 {
		errs = append(errs, errors.New("- goes to the standard output; expected no other path beside it"))
	}
	return errors.Join(errs...)
}

func (o fixOptions) run(ctx context.Context, streams ioStreams) error {
	if err := o.valid(); err != nil {
		return &exitError{code: exitUnjudged, err: err}
	}
	_, e, err := o.load(ctx, o.chosen, streams.Err)
	if ctx.Err() != nil {
		return &exitError{code: exitInterrupted, err: errors.New("interrupted; every file is as it was")}
	}
	if err != nil {
		return &exitError{code: exitUnjudged, err: err}
	}
	first := &replay{in: streams.In}
	known, err := o.gather(ctx, o.reader(first), o.paths)
	if err == nil {
		f := &fixing{fixOptions: o, others: others{passOver: o.lenient}, judge: o.judge(timely(e), known), reader: o.reader(first.again()), streams: streams}
		if err = f.all(ctx); err == nil {
			fmt.Fprintln(streams.Err, f.summary())
			f.others.explain(streams.Err)
			return f.status()
		}
	}
	if ctx.Err() != nil {
		return &exitError{code: exitInterrupted, err: errors.New("interrupted; every file is as it was or as it should be")}
	}
	return &exitError{code: exitUnjudged, err: err}
}
