package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/schema"
	"github.com/batchgate/batchgate/policies/source"
)

type explainOptions struct {
	policy    string
	namespace string
	profile   string
	output    string
	schema    bool

	asked bool // the policy is not the one by default
	now   func() time.Time
	env   func(string) string
}

func newExplain(streams ioStreams) *cobra.Command {
	o := explainOptions{now: time.Now, env: os.Getenv}
	cmd := &cobra.Command{
		Use:   "explain [RULE]",
		Short: "Show a rule's page with the values in force, or all rules",
		Long: `Show what a rule is for, what it fills in and refuses, and in which mode and with
which parameters a policy binds it: each value with the line that sets it. Without
RULE, list all rules with their modes. With --schema, print instead the JSON
Schema of what a rule can read.

Exit status: 0, or 2 when there is no such rule or the policy does not load.`,
		Example: `  batchgate explain
  batchgate explain backoff-limit --policy policy
  batchgate explain backoff-limit --policy policy --namespace shop --profile migration
  batchgate explain --schema`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			o.asked = cmd.Flags().Changed("policy")
			if o.schema && len(args) > 0 {
				return &exitError{code: exitUnjudged, err: errors.New("--schema is that of all rules; expected no RULE")}
			}
			if len(args) > 1 {
				return &exitError{code: exitUnjudged, err: errors.New("expected one rule, or none for a list of all: batchgate explain [RULE]")}
			}
			rule := ""
			if len(args) == 1 {
				rule = args[0]
			}
			if err := o.run(cmd.Context(), streams, rule); err != nil {
				return &exitError{code: exitUnjudged, err: err}
			}
			return nil
		},
	}
	cmd.SetFlagErrorFunc(explainFlags)
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.policy, "policy", source.DefaultPreset, "preset (audit, recommended, strict), policy.yaml, or a directory with one")
	f.StringVar(&o.namespace, "namespace", "", "show what holds in this namespace, by its name (labels are not known)")
	f.StringVar(&o.profile, "profile", "", "show what holds for Jobs with this label batchgate.dev/profile")
	f.StringVarP(&o.output, "output", "o", "text", "format: text or json")
	f.BoolVar(&o.schema, "schema", false, "print the JSON Schema of what a rule can read as input")
	completes(cmd, "text", "json")
	return cmd
}

func (o explainOptions) run(ctx context.Context, streams ioStreams, rule string) error {
	if err := errors.Join(named(o.policy), knownFormat(o.output, "text", "json")); err != nil {
		return err
	}
	if o.schema {
		_, err := streams.Out.Write(schema.Input())
		return err
	}
	set, err := source.Load(o.policy)
	if err != nil {
		return err
	}
	e, err := engine.New(set.Catalogue, set.Policy)
	if err != nil {
		return err
	}
	// Of a policy that contradicts itself the pages are what helps.
	told, err := e.Probe(ctx)
	if err != nil {
		told = append(strings.Split(err.Error(), "\n"), told...)
	}
	for _, text := range told {
		advise(streams.Err)(text)
	}
	x := explaining{set: set, engine: e, namespace: o.namespace, profile: o.profile, now: o.now()}
	if err := x.known(rule); err != nil {
		if o.overlooked() {
			return fmt.Errorf("%w\n%s", err, overlooked)
		}
		return err
	}
	rules, err := x.rules(rule)
	if err != nil {
		return err
	}
	switch {
	case o.output == "json":
		err = x.json(streams.Out, rules)
	case rule == "":
		err = explainText{out: streams.Out, paint: report.Painter(report.Colour(streams.Out, o.env))}.table(rules)
	default:
		err = explainText{out: streams.Out, paint: report.Painter(report.Colour(streams.Out, o.env))}.page(rules[0])
	}
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	for _, r := range rules {
		if r.Idle {
			fmt.Fprintf(streams.Err, "%s is off everywhere, so its parameters do nothing; expected a mode: rules: {%s: {mode: warn}}\n", r.Name, r.Name)
		}
	}
	if o.overlooked() {
		fmt.Fprintln(streams.Err, overlooked)
	}
	fmt.Fprintf(streams.Err, "policy %s@%s\n", report.Escape(e.Identity().Name), e.Identity().Digest)
	if set.Policy.Excluded(o.namespace) {
		fmt.Fprintf(streams.Err, "the policy excludes the namespace %s: nothing of this holds there\n", report.Escape(o.namespace))
	}
	return nil
}

const overlooked = "the policy.yaml of this directory was not asked; --policy . asks it"

// overlooked tells whether a policy is at hand that nobody asked for.
func (o explainOptions) overlooked() bool { return !o.asked && isThere("policy.yaml") }

// known refuses names of nothing.
func (x explaining) known(rule string) error {
	var errs []error
	if rule != "" && x.set.Catalogue.Rule(rule) == nil {
		var names []string
		for _, r := range x.set.Catalogue.Rules {
			names = append(names, r.Name)
		}
		errs = append(errs, missing("rule", rule, "batchgate explain lists all", names))
	}
	if _, there := x.set.Policy.Profiles[x.profile]; x.profile != "" && !there {
		names := x.set.Policy.ProfileNames()
		errs = append(errs, missing("profile", x.profile, "expected one of "+strings.Join(names, ", "), names))
	}
	return errors.Join(errs...)
}

func missing(what, name, expected string, known []string) error {
	text := fmt.Sprintf("there is no %s %q; %s", what, name, expected)
	if near := config.Nearest(name, known); near != "" {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return errors.New(text)
}
