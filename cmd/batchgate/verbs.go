package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/batchgate/batchgate/policies/config"
)

// explainVerb names the verb that an unknown one is most like, or all of them.
func explainVerb(root *cobra.Command, err error) error {
	quoted, unknown := strings.CutPrefix(err.Error(), "unknown command ")
	quoted, atRoot := strings.CutSuffix(quoted, fmt.Sprintf(" for %q", root.CommandPath()))
	name, notQuoted := strconv.Unquote(quoted)
	if !unknown || !atRoot || notQuoted != nil {
		return err
	}
	return fmt.Errorf("unknown verb %q; %s", name, orNearest(name, root, root.CommandPath()+" --help says what each does"))
}

// orNearest is what may have been meant by a name, or what may be.
func orNearest(name string, of *cobra.Command, more string) string {
	var known []string
	for _, c := range of.Commands() {
		if c.IsAvailableCommand() {
			known = append(known, c.Name())
		}
	}
	if near := config.Nearest(name, known); near != "" {
		return fmt.Sprintf("did you mean %s?", near)
	}
	text := "expected " + strings.Join(known, ", ")
	if more != "" {
		text += "; " + more
	}
	return text
}

// holdCompletion lets the verb that writes completions refuse a shell for which there are
// none; it would print its help and end with 0, and `source` would read that.
func holdCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, verb := range root.Commands() {
		if verb.Name() != "completion" {
			continue
		}
		verb.Args = cobra.ArbitraryArgs
		verb.RunE = func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return &exitError{code: exitUnjudged, err: errors.New("completion: expected a shell: " + strings.TrimPrefix(orNearest("", cmd, ""), "expected "))}
			}
			return &exitError{code: exitUnjudged, err: fmt.Errorf("completion: there is none for the shell %q; %s", args[0], orNearest(args[0], cmd, ""))}
		}
	}
}
