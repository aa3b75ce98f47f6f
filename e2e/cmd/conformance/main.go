// Command conformance runs Kubernetes' own e2e cases for Jobs and CronJobs without the gate and with it, and fails when a
// case differs for a reason that nobody has explained. It takes a quarter of an hour, and some more when the suite has to
// be built first.
//
//	conformance [--only REGEXP] [--dir DIR]
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/batchgate/batchgate/e2e/conformance"
	"github.com/batchgate/batchgate/e2e/controlplane"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

const (
	exitDifferent = 1 // a case differs and nobody has explained it
	exitBroken    = 2 // the cases could not be run
)

func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	flags.SetOutput(stderr)
	only := flags.String("only", "", "a regular expression for names of cases; the results are not written down")
	dir := flags.String("dir", "", "where logs and reports of the suite go (a temporary directory)")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		return exitBroken
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	report, err := compare(ctx, *only, *dir, stderr)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitBroken
	}
	problems := report.Problems()
	for _, problem := range problems {
		fmt.Fprintln(stdout, problem)
	}
	fmt.Fprintf(stdout, "%s %s.\n", report.Count(), report.Took.Round(time.Second))
	if len(problems) > 0 {
		return exitDifferent
	}
	return 0
}

func compare(ctx context.Context, only, dir string, progress io.Writer) (conformance.Report, error) {
	dir, err := directory(dir)
	if err != nil {
		return conformance.Report{}, err
	}
	fmt.Fprintf(progress, "logs and reports of the suite: %s\n", dir)
	report, err := conformance.Compare(ctx, conformance.Options{Dir: dir, Only: only, Progress: progress})
	if err != nil || only != "" {
		return report, err
	}
	root, err := controlplane.Root()
	if err != nil {
		return report, err
	}
	var page strings.Builder
	if err := report.WriteTable(&page); err != nil {
		return report, err
	}
	return report, os.WriteFile(filepath.Join(root, "e2e", "conformance", "RESULTS.md"), []byte(page.String()), 0o644)
}

func directory(given string) (string, error) {
	if given == "" {
		return os.MkdirTemp("", "batchgate-conformance-")
	}
	return filepath.Abs(given)
}
