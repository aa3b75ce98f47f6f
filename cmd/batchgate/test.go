package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/engine"
	"github.com/batchgate/batchgate/policies/regotest"
	"github.com/batchgate/batchgate/policies/source"
)

// exitFailed is the exit status of tests that fail.
const exitFailed = 1

type testOptions struct {
	dir     string
	outputs []string
	update  bool

	now func() time.Time
	env func(string) string
}

func newTest(streams ioStreams) *cobra.Command {
	o := testOptions{dir: ".", now: time.Now, env: os.Getenv}
	cmd := &cobra.Command{
		Use:   "test [DIR]",
		Short: "Test a policy directory: its Rego tests, its examples, its coverage",
		Long: `Load a policy directory as serve and check do, and test the rules in it: every
test in Rego passes and reaches every line, every example is judged as it says,
every file is formatted and every rule shows both what it refuses and what it
accepts. Without DIR it is this directory.

Exit status: 0 everything holds, 1 something does not, 2 the policy does not
load, 130 interrupted.`,
		Example: `  batchgate test policy
  batchgate test policy --update              # then read what changed: git diff policy
  batchgate test policy -o text -o junit=report.xml`,
		Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return &exitError{code: exitUnjudged, err: errors.New("expected one policy directory: batchgate test [DIR]")}
			}
			if len(args) == 1 {
				o.dir = args[0]
			}
			ctx, stop := interruptible(cmd.Context())
			defer stop()
			return o.run(ctx, streams)
		},
	}
	cmd.SetFlagErrorFunc(explainFlags)
	f := cmd.Flags()
	f.SortFlags = false
	f.StringArrayVarP(&o.outputs, "output", "o", nil, "`FORMAT[=FILE]` of the report: text, junit; may be given again (default text)")
	f.BoolVar(&o.update, "update", false, "write what becomes of the examples into examples.txtar")
	completes(cmd, "text", "json", "junit")
	return cmd
}

func (o testOptions) run(ctx context.Context, streams ioStreams) error {
	out, err := o.open(streams)
	if err != nil {
		return &exitError{code: exitUnjudged, err: err}
	}
	if filepath.Base(o.dir) == "policy.yaml" && isFile(o.dir) { // whoever names it means where it is
		o.dir = filepath.Dir(o.dir)
	}
	t := &tested{dir: o.dir, began: o.now()}
	policy, err := o.load(ctx, streams.Err)
	if err == nil {
		t.policy = policy
		t.outcomes, err = o.suite(ctx, streams.Err)
	}
	switch {
	case ctx.Err() != nil:
		out.abandon()
		return &exitError{code: exitInterrupted, err: errors.New("interrupted; nothing is reported")}
	case err != nil:
		t.broken = err
	}
	t.took = o.now().Sub(t.began)
	if wrong := out.write(t); wrong != nil {
		return &exitError{code: exitUnjudged, err: wrong}
	}
	if t.broken != nil {
		return &exitError{code: exitUnjudged, err: t.broken}
	}
	fmt.Fprintln(streams.Err, t.summary())
	if len(regotest.Failed(t.outcomes)) > 0 {
		return &exitError{code: exitFailed}
	}
	return nil
}

func isFile(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.Mode().IsRegular()
}

// load loads the policy as the gate would.
func (o testOptions) load(ctx context.Context, told io.Writer) (engine.Identity, error) {
	spec := o.dir
	if slices.Contains(source.Presets(), spec) {
		spec = "." + string(filepath.Separator) + spec // a directory of that name
	}
	switch info, err := os.Stat(spec); {
	case errors.Is(err, fs.ErrNotExist):
		return engine.Identity{}, o.missing()
	case err == nil && !info.IsDir():
		return engine.Identity{}, fmt.Errorf("%s: is not a directory; expected the one that has the policy.yaml", spec)
	}
	set, err := source.Load(spec)
	if err != nil {
		if isThere(filepath.Join(spec, "policies", rulesDir)) && !isThere(filepath.Join(spec, "policy.yaml")) {
			err = fmt.Errorf("%w; the bundled rules are tested by: go test ./policies/regotest", err)
		}
		return engine.Identity{}, err
	}
	e, err := tried(ctx, set, advise(told))
	if err != nil {
		return engine.Identity{}, err
	}
	return e.Identity(), nil
}

// missing explains a directory that is not there.
func (o testOptions) missing() error {
	text := fmt.Sprintf("%s: is not there; expected a directory that has a policy.yaml", o.dir)
	if slices.Contains(source.Presets(), o.dir) {
		return fmt.Errorf("%s; the preset of that name has no rules of its own to test", text)
	}
	parent, base := filepath.Split(o.dir)
	var names []string
	if entries, err := os.ReadDir(cmp.Or(parent, ".")); err == nil {
		for _, entry := range entries {
			names = append(names, entry.Name())
		}
	}
	if near := config.Nearest(base, names); near != "" {
		text += fmt.Sprintf("; did you mean %q?", parent+near)
	}
	return errors.New(text)
}

func (o testOptions) suite(ctx context.Context, told io.Writer) ([]regotest.Outcome, error) {
	below, own, files, err := source.Layers(o.dir)
	if err != nil {
		return nil, err
	}
	defer files.Close()
	suite := regotest.Suite{Layer: own, Below: below}
	if o.update {
		suite.Write = func(path string, text []byte) error {
			path = filepath.Join(o.dir, filepath.FromSlash(path))
			file, err := create(path)
			if err != nil {
				return err
			}
			if _, err := file.Write(text); err != nil {
				file.abandon()
				return err
			}
			fmt.Fprintf(told, "written: %s\n", report.Escape(path))
			return file.finish()
		}
	}
	return suite.Run(ctx)
}
