package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/batchgate/batchgate/policies/source"
)

// completes gives the flags of a verb what a shell may offer for them. A flag that the
// verb does not have is passed over.
func completes(cmd *cobra.Command, formats ...string) {
	for flag, values := range map[string][]string{
		"client": {"apply", "ssa", "create"}, "field-validation": {"strict", "warn", "ignore"}, "fail-on": {"refused", "warn", "change"},
		"output": formats,
	} {
		if cmd.Flags().Lookup(flag) != nil && len(values) > 0 {
			_ = cmd.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp))
		}
	}
	if cmd.Flags().Lookup("policy") != nil {
		_ = cmd.RegisterFlagCompletionFunc("policy", presets)
	}
}

// presets are what a policy may be besides a path.
func presets(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	var found []string
	for _, name := range source.Presets() {
		if strings.HasPrefix(name, begun) {
			found = append(found, name)
		}
	}
	return found, cobra.ShellCompDirectiveDefault
}
