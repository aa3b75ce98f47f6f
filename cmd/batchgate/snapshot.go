package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"
)

type snapshotOptions struct {
	clusterOptions

	gate          string
	namespaces    []string
	withoutPolicy bool
	output        string
	now           func() time.Time
}

func newSnapshot(streams ioStreams) *cobra.Command {
	o := snapshotOptions{now: time.Now}
	cmd := &cobra.Command{
		Use:   "snapshot",
		Short: "Save from a cluster what a check without one needs to know",
		Long: `Save Namespaces, LimitRanges, ResourceQuotas and the policy in force to one small
file, which batchgate check --context reads: with it, CI judges what goes to these
namespaces as the cluster does. Nothing in the cluster is changed and no Secret is
read. The file is written when it is complete, or not at all.

It holds labels and annotations of namespaces. Take it again when these change, for
example each night.

Exit status: 0, or 2 when something could not be read.`,
		Example: `  batchgate snapshot -o context.yaml
  batchgate snapshot --only shop --only payments > context.yaml
  batchgate check --context context.yaml deploy/`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			ctx, cancel := context.WithTimeout(ctx, o.timeout)
			defer cancel()
			if err := o.run(ctx, streams); err != nil {
				return &exitError{code: exitUnjudged, err: err}
			}
			return nil
		},
	}
	cmd.SetFlagErrorFunc(explainFlags)
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVarP(&o.output, "output", "o", "", "`FILE` to write (default the standard output)")
	f.StringArrayVar(&o.namespaces, "only", nil, "`NAMESPACE` to save; may be given again (default all)")
	f.BoolVar(&o.withoutPolicy, "without-policy", false, "leave the policy in force out")
	f.StringVar(&o.kubeconfig, "kubeconfig", "", "how to reach the API server (default: $KUBECONFIG, ~/.kube/config, or the cluster this runs in)")
	f.StringVar(&o.context, "kube-context", "", "context of the kubeconfig (default: its current one)")
	f.StringVarP(&o.gate, "namespace", "n", "batchgate-system", "namespace of the gate")
	f.DurationVar(&o.timeout, "timeout", 30*time.Second, "how long all of it may take")
	return cmd
}

func (o snapshotOptions) run(ctx context.Context, streams ioStreams) error {
	config, err := o.config()
	if err != nil {
		return err
	}
	cluster, err := newSnapshotClient(config)
	if err != nil {
		return err
	}
	taken, err := o.take(ctx, cluster)
	if err != nil {
		return err
	}
	text, err := taken.encode()
	if err != nil {
		return err
	}
	if o.output == "" {
		_, err = streams.Out.Write(text)
		return err
	}
	if err := writeWhole(o.output, text); err != nil {
		return fmt.Errorf("-o %s: %w", o.output, pathless(err))
	}
	_, err = fmt.Fprintf(streams.Err, "%s: %s\n", o.output, taken.summary())
	return err
}

// writeWhole writes a file in one step.
func writeWhole(path string, text []byte) error {
	file, err := create(path)
	if err != nil {
		return err
	}
	if _, err := file.Write(text); err != nil {
		file.abandon()
		return err
	}
	return file.finish()
}
