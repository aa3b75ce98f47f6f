package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/doctor"
	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
)

// runbookPages is where the pages are that a finding names.
const runbookPages = "https://github.com/batchgate/batchgate/blob/main/manifests/runbook/"

type doctorOptions struct {
	clusterOptions

	namespace string
	probe     string
	output    []string
	patience  doctor.Patience

	env func(string) string
}

func newDoctor(streams ioStreams) *cobra.Command {
	o := doctorOptions{env: os.Getenv}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say what is wrong with an installation, and how to mend it",
		Long: `Examine an installation through the API server: the webhook configurations against
those that are shipped, whether the API server trusts what replicas serve, whether
replicas answer and agree on version and policy, how long certificates last and
whether cert-manager can renew them, what the ServiceAccount may do, who else is
asked about Jobs and Pods, and whether a Job that is tried as a dry run reaches the
gate. Nothing is changed, and no Secret is read. What you may not see is reported as
not checked.

Exit status: 0 nothing is wrong, 1 there is trouble, 2 something could not be
checked, trouble or not. A warning is no trouble.`,
		Example: `  batchgate doctor
  batchgate doctor --context production -o json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			code, err := o.run(ctx, streams)
			if err != nil || code != 0 {
				return &exitError{code: code, err: err}
			}
			return nil
		},
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.kubeconfig, "kubeconfig", "", "how to reach the API server (default: $KUBECONFIG, ~/.kube/config, or the cluster this runs in)")
	f.StringVar(&o.context, "context", "", "context of the kubeconfig (default: its current one)")
	f.StringVarP(&o.namespace, "namespace", "n", "batchgate-system", "namespace of the gate")
	f.StringVar(&o.probe, "probe-namespace", "default", "namespace in which a Job is tried; one whose Jobs are judged")
	f.DurationVar(&o.timeout, "timeout", 30*time.Second, "how long all of it may take")
	f.StringArrayVarP(&o.output, "output", "o", nil, "FORMAT[=FILE], repeatable: text, json")
	completes(cmd, "text", "json")
	return cmd
}

// run gives the exit status.
func (o doctorOptions) run(ctx context.Context, streams ioStreams) (code int, err error) {
	to, err := openDestinations(streams.Out, o.output, taken{flags: [][2]string{{"--kubeconfig", o.kubeconfig}}}, "text", "json")
	if err != nil {
		return exitUnjudged, err
	}
	defer to.abandon()
	config, err := o.config()
	if err != nil {
		return exitUnjudged, err
	}
	asked, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	found, err := doctor.Run(asked, doctor.Options{
		Config: config, Namespace: o.namespace, Name: "batchgate", ProbeNamespace: o.probe, Patience: o.patience,
	})
	if ctx.Err() != nil {
		return exitInterrupted, errors.New("interrupted; nothing is reported")
	}
	if err != nil {
		return exitUnjudged, err
	}
	for _, d := range to.list {
		if d.format == "json" {
			err = examinedJSON(d.to, found)
		} else {
			err = examinedText(d.to, found, report.Painter(!d.file && report.Colour(streams.Out, o.env)))
		}
		if err != nil {
			return exitUnjudged, fmt.Errorf("report: %w", err)
		}
	}
	if err := to.finish(); err != nil {
		return exitUnjudged, err
	}
	switch {
	case found.Count(doctor.NotChecked) > 0:
		return exitUnjudged, nil
	case found.Count(doctor.Trouble) > 0:
		return exitRefused, nil
	}
	return 0, nil
}

func examinedJSON(to io.Writer, found doctor.Report) error {
	text, err := json.MarshalIndent(struct {
		APIVersion string `json:"apiVersion"`
		Kind       string `json:"kind"`
		Version    string `json:"version"`
		doctor.Report
	}{"batchgate.dev/v1alpha1", "DoctorResult", ownVersion(), found}, "", "  ")
	if err != nil {
		return err
	}
	_, err = to.Write(append(text, '\n'))
	return err
}

func examinedText(to io.Writer, found doctor.Report, paint report.Painter) error {
	var b strings.Builder
	for _, f := range found.Findings {
		status := string(f.Status)
		switch f.Status {
		case doctor.OK:
			status = paint.Good(status)
		case doctor.Trouble:
			status = paint.Bad(status)
		case doctor.Warning, doctor.NotChecked:
			status = paint.Strong(status)
		}
		fmt.Fprintf(&b, "%s: %s: %s\n", f.Check, status, report.Escape(f.Text))
		if f.Do != "" {
			fmt.Fprintf(&b, "  %s\n", report.Escape(f.Do))
		}
		if f.Page != "" {
			fmt.Fprintf(&b, "  %s\n", paint.Faint(runbookPages+f.Page+".md"))
		}
	}
	fmt.Fprintf(&b, "%s: %d ok, %d of trouble, %d warned of, %d not checked\n", found.Namespace, found.Count(doctor.OK), found.Count(doctor.Trouble),
		found.Count(doctor.Warning), found.Count(doctor.NotChecked))
	_, err := io.WriteString(to, b.String())
	return err
}
