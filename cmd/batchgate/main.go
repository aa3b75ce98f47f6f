// Command batchgate is the admission gate for Kubernetes batch work: the
// webhook server, and the dry run that gives its verdict beforehand.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
)

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// shownAs is how the program was called: kubectl calls a plugin by its name.
func shownAs() string {
	if strings.HasPrefix(filepath.Base(os.Args[0]), "kubectl-batchgate") {
		return "kubectl batchgate"
	}
	return "batchgate"
}

// ioStreams are what a verb reads and writes. Findings go to Out, everything
// else to Err.
type ioStreams struct {
	In       io.Reader
	Out, Err io.Writer
}

// exitError is an error with an exit status; without err nothing is printed.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// exitPipe is what a shell makes of a program that a broken pipe ends.
const exitPipe = 128 + 13

// run gives the exit status: 0 nothing refused, 1 something refused, 2 could
// not judge.
func run(args []string, in io.Reader, out, errs io.Writer) int {
	streams := ioStreams{In: in, Out: out, Err: errs}
	root := &cobra.Command{
		Use:           "batchgate",
		Short:         "The admission gate for Kubernetes Jobs and CronJobs",
		SilenceUsage:  true,
		SilenceErrors: true,

		DisableSuggestions: true, // explainVerb has its own
		Annotations:        map[string]string{cobra.CommandDisplayNameAnnotation: shownAs()},
	}
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errs)
	root.SetArgs(args)
	root.AddCommand(newServe(streams), newCheck(streams), newFix(streams), newDiff(streams), newSnapshot(streams), newTest(streams), newExplain(streams), newNew(streams), newDoctor(streams), newVersion(streams), newTry(streams))
	holdCompletion(root)
	err := root.ExecuteContext(context.Background())
	if err == nil {
		return 0
	}
	err = explainVerb(root, err)
	var exit *exitError
	if !errors.As(err, &exit) {
		exit = &exitError{code: 2, err: err}
	}
	if errors.Is(exit.err, syscall.EPIPE) { // whoever reads has had enough, and knows
		return exitPipe
	}
	if exit.err != nil {
		// An error repeats what the user wrote, which may hold anything.
		for i, line := range strings.Split(exit.err.Error(), "\n") {
			if i == 0 {
				line = "batchgate: " + line
			}
			fmt.Fprintln(errs, report.Escape(line))
		}
	}
	return exit.code
}
