package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/open-policy-agent/opa/v1/format"
	"github.com/spf13/cobra"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
)

// newRule is a rule that is not finished: it loads, and fails its tests until
// somebody has done what its files say.
//
//go:embed new/rules/new-rule
var newRule embed.FS

// newName is what the rule is called there.
const newName = "new-rule"

type newOptions struct {
	dir string
}

func newNew(streams ioStreams) *cobra.Command {
	o := newOptions{}
	cmd := &cobra.Command{
		Use:   "new RULE",
		Short: "Write a new rule with tests and examples, which fail on purpose",
		Long: `Write a new rule: its Rego, its tests and its examples. It loads, and it fails
its tests until what the files ask for is done; each instruction is a comment
that begins with NEW.

In a policy directory, which has a policy.yaml, the rule goes to rules/RULE, in a
checkout of batchgate to policies/rules/RULE.

Exit status: 0 the rule is written, 2 it is not, and nothing is.`,
		Example: `  batchgate new team-label
  batchgate new team-label --dir policy`,
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return &exitError{code: exitUnjudged, err: errors.New("expected the name of one rule: batchgate new RULE")}
			}
			if err := o.run(streams, args[0]); err != nil {
				return &exitError{code: exitUnjudged, err: err}
			}
			return nil
		},
	}
	cmd.SetFlagErrorFunc(explainFlags)
	cmd.Flags().StringVar(&o.dir, "dir", "", "policy directory, or checkout of batchgate (default: this directory)")
	return cmd
}

func (o newOptions) run(streams ioStreams, name string) error {
	if err := validRule(name); err != nil {
		return err
	}
	home, err := o.home()
	if err != nil {
		return err
	}
	if err := home.free(name); err != nil {
		return err
	}
	files, err := home.write(name)
	if err != nil {
		return err
	}
	for _, file := range files {
		fmt.Fprintln(streams.Out, report.Escape(file))
	}
	fmt.Fprintf(streams.Err, "the rule loads, and fails its tests until its instructions are followed:\n  %s\n", report.Escape(home.next(name)))
	if home.unfinished {
		fmt.Fprintf(streams.Err, "%s is not there yet; a policy directory needs one\n", report.Escape(filepath.Join(home.dir, "policy.yaml")))
	}
	return nil
}

// write writes all files of the rule, or none.
func (h ruleHome) write(name string) (written []string, err error) {
	root, err := os.OpenRoot(h.dir)
	if err != nil {
		return nil, atPath(h.dir, err)
	}
	defer root.Close()
	_, before := root.Lstat(rulesDir)
	unfinished := path.Join(rulesDir, ".new-"+name) // a name with a dot is no rule
	// What a run that was killed left there, or a link somewhere else, is not ours.
	for _, step := range []func() error{
		func() error { return root.MkdirAll(rulesDir, 0o755) },
		func() error { return root.RemoveAll(unfinished) },
		func() error { return root.Mkdir(unfinished, 0o755) },
	} {
		if err := step(); err != nil {
			return nil, atPath(filepath.Join(h.dir, rulesDir), err)
		}
	}
	defer func() {
		if err != nil {
			_ = root.RemoveAll(unfinished)
			if errors.Is(before, fs.ErrNotExist) {
				_ = root.Remove(rulesDir)
			}
		}
	}()
	templates, err := newRule.ReadDir(path.Join("new/rules", newName))
	if err != nil {
		return nil, err
	}
	for _, template := range templates {
		text, err := newRule.ReadFile(path.Join("new/rules", newName, template.Name()))
		if err != nil {
			return nil, err
		}
		file := strings.ReplaceAll(template.Name(), newName, name)
		shown := filepath.Join(h.dir, rulesDir, name, file)
		text, err = renamed(file, text, name)
		if err != nil {
			return nil, err
		}
		if err := root.WriteFile(path.Join(unfinished, file), text, 0o644); err != nil {
			return nil, atPath(shown, err)
		}
		written = append(written, shown)
	}
	if err := root.Rename(unfinished, path.Join(rulesDir, name)); err != nil {
		return nil, atPath(filepath.Join(h.dir, rulesDir, name), err)
	}
	return written, nil
}

// renamed is a file of the new rule under another name. Rego is formatted anew: a
// name without a dash is written in another way.
func renamed(file string, text []byte, name string) ([]byte, error) {
	text = []byte(strings.ReplaceAll(string(text), newName, name))
	if !strings.HasSuffix(file, ".rego") {
		return text, nil
	}
	return format.Source(file, text)
}

// atPath is an error of the file system without the repetition of path and call.
func atPath(shown string, err error) error {
	for {
		switch wrapped := err.(type) { //nolint:errorlint // each layer is taken off, whatever it holds
		case *fs.PathError:
			err = wrapped.Err
			continue
		case *os.LinkError:
			err = wrapped.Err
			continue
		}
		return fmt.Errorf("%s: %w", shown, err)
	}
}
