package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/policies/dryrun"
)

type diffOptions struct {
	judging

	outputs  []string
	owner    string // the label that names an object's owner
	old, new string
	paths    []string
}

func newDiff(streams ioStreams) *cobra.Command {
	o := diffOptions{judging: judging{now: time.Now, env: os.Getenv}}
	cmd := &cobra.Command{
		Use:   "diff OLD NEW PATH…",
		Short: "Say for which objects two policies differ",
		Long: `Judge Jobs and CronJobs by two policies, and say where they differ: which objects
are refused or allowed now that were not, which findings come and go, and which
values are filled in otherwise. A policy is what --policy of check takes.

Exit status: 0 the policies agree about these objects, 1 they do not, 2 something
could not be judged, 130 interrupted.`,
		Example: `  batchgate diff recommended strict deploy/
  git worktree add /tmp/main main
  batchgate diff /tmp/main/policy policy -o markdown=comment.md deploy/`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) < 3 {
				return &exitError{code: exitUnjudged, err: errors.New("expected two policies and what to judge: batchgate diff OLD NEW PATH…")}
			}
			o.old, o.new, o.paths = args[0], args[1], args[2:]
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			o.collect()
			return o.run(ctx, streams)
		},
	}
	cmd.SetFlagErrorFunc(explainFlags)
	f := cmd.Flags()
	f.SortFlags = false
	f.StringArrayVarP(&o.outputs, "output", "o", nil, "`FORMAT[=FILE]` of the report: text, json, markdown; may be given again (default text)")
	f.StringVar(&o.owner, "owner-label", "app.kubernetes.io/part-of", "`LABEL` that names the owner of an object; the namespace is one where it is not set")
	o.flags(f)
	completes(cmd, "text", "json", "markdown")
	return cmd
}

func (o diffOptions) run(ctx context.Context, streams ioStreams) error {
	fail := func(err error) error { return &exitError{code: exitUnjudged, err: err} }
	if err := errors.Join(named(o.old), named(o.new), o.valid()); err != nil {
		return fail(err)
	}
	_, before, err := load(ctx, o.old, io.Discard)
	if err != nil {
		return fail(fmt.Errorf("the old policy: %w", err))
	}
	_, after, err := load(ctx, o.new, streams.Err)
	if err != nil {
		return fail(fmt.Errorf("the new policy: %w", err))
	}
	to, err := openDestinations(streams.Out, o.outputs, taken{flags: [][2]string{{"--context", o.context}}, policies: []string{o.old, o.new}, manifests: o.paths}, "text", "json", "markdown")
	if err != nil {
		return fail(err)
	}
	defer to.abandon()
	d := &differing{others: others{passOver: o.lenient}, old: before.Identity(), new: after.Identity()}
	if err := o.compare(ctx, d, timely(before), timely(after), streams); err != nil {
		if ctx.Err() != nil {
			return &exitError{code: exitInterrupted, err: errors.New("interrupted; nothing is reported")}
		}
		return fail(err)
	}
	for _, at := range to.list {
		if err := d.write(at, o.env); err != nil {
			return fail(err)
		}
	}
	if err := to.finish(); err != nil {
		return fail(err)
	}
	fmt.Fprintln(streams.Err, d.summary())
	d.others.explain(streams.Err)
	switch {
	case d.errors > 0:
		return &exitError{code: exitUnjudged}
	case len(d.objects) > 0:
		return &exitError{code: exitRefused}
	}
	return nil
}

// compare judges every document by both policies.
func (o diffOptions) compare(ctx context.Context, d *differing, before, after dryrun.Engine, streams ioStreams) error {
	first := &replay{in: streams.In}
	known, err := o.gather(ctx, o.reader(first), o.paths)
	if err != nil {
		return err
	}
	old, young := o.judge(before, known), o.judge(after, known)
	for doc, err := range o.reader(first.again()).All(ctx, o.paths) {
		if trouble, told := errors.AsType[*manifest.Problem](err); told {
			d.trouble(streams.Err, trouble)
			continue
		}
		if err != nil {
			return err
		}
		if !batchWork(doc) {
			continue
		}
		was, err := old.Create(ctx, doc.JSON)
		if err == nil {
			var is *dryrun.Result
			if is, err = young.Create(ctx, doc.JSON); err == nil {
				d.add(judged(doc, was), judged(doc, is), ownerOf(doc, o.owner))
				continue
			}
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		d.trouble(streams.Err, &manifest.Problem{File: doc.File, Place: doc.Place, Message: err.Error()})
	}
	return ctx.Err()
}
