// Command demo shows what a user of a gated cluster sees. It starts a real control plane, installs batchgate from the
// shipped manifests, applies the examples with a real kubectl and prints what was answered and what was filled in.
//
// It knows how to show things. How a control plane is run is the business of package controlplane.
//
//	demo [--keep | --stop]
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

const (
	exitUnexpected  = 1 // a step ended otherwise than it should
	exitBroken      = 2 // the demo could not run
	exitInterrupted = 130
)

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(stderr)
	keep := flags.Bool("keep", false, "leave the control plane running")
	stop := flags.Bool("stop", false, "stop what --keep left running")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		return exitBroken
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	kept, err := newKept("")
	if err == nil {
		err = demo(ctx, newPaper(stdout), stderr, kept, *keep, *stop)
	}
	switch {
	case ctx.Err() != nil:
		fmt.Fprintln(stderr, "interrupted; everything that was started is stopped")
		return exitInterrupted
	case errors.Is(err, errUnexpected):
		fmt.Fprintln(stderr, err)
		return exitUnexpected
	case err != nil:
		fmt.Fprintln(stderr, err)
		return exitBroken
	}
	return 0
}

// demo runs the steps. The cluster is stopped on every way out except the one that was asked for.
func demo(ctx context.Context, out *paper, progress io.Writer, kept *kept, keep, stop bool) (err error) {
	if err := kept.stop(ctx, out); err != nil || stop {
		return err
	}
	out.title("batchgate demo", "a real Kubernetes control plane, the shipped manifests, a real kubectl")
	s, err := startStage(ctx, out, progress, keep, kept)
	if err != nil {
		return err
	}
	running := true
	defer func() {
		if running {
			err = errors.Join(err, s.stop(out))
		}
	}()
	if err := s.play(ctx, out, steps()); err != nil && (!errors.Is(err, errUnexpected) || !keep) {
		return err
	}
	if keep {
		running = false
		return kept.save(s, out)
	}
	return nil
}
