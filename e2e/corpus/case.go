package corpus

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/engine"
)

// Case is a manifest and what becomes of it.
type Case struct {
	Name     string // of the file, without .txtar
	Why      string
	Context  Context
	Manifest []byte // as its author wrote it
	Told     Told   // what is expected
}

// Context is who sends a manifest, how and where. The zero value is `kubectl
// apply` by somebody into the namespace "default".
type Context struct {
	Client    apiserver.Client `json:"client"` // apply, ssa or create
	User      engine.User      `json:"user"`
	Namespace struct {
		Name   string            `json:"name"`
		Labels map[string]string `json:"labels"`
	} `json:"namespace"`
	// Keeps are fields that nothing may be filled in at or below, whatever the
	// expected lines say: to fill them would break the work or run it again.
	Keeps []string `json:"keeps"`
}

// Told is what is said of a manifest, in sorted lines.
type Told struct{ Findings, Fills []string }

const suffix = ".txtar"

// Read reads the cases of a directory, sorted by name.
func Read(dir fs.FS) ([]Case, error) {
	names, err := fs.Glob(dir, "*"+suffix)
	if err != nil {
		return nil, err
	}
	var cases []Case
	for _, name := range names {
		text, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, err
		}
		c, err := parse(strings.TrimSuffix(name, suffix), text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		cases = append(cases, c)
	}
	return cases, nil
}

func parse(name string, text []byte) (Case, error) {
	archive := txtar.Parse(text)
	c := Case{Name: name, Why: strings.TrimSpace(string(archive.Comment))}
	if c.Why == "" {
		return c, fmt.Errorf("begins with no text; expected why the case is there")
	}
	for _, f := range archive.Files {
		switch f.Name {
		case "context.yaml":
			if err := yaml.UnmarshalStrict(f.Data, &c.Context); err != nil {
				return c, fmt.Errorf("context.yaml: %w", err)
			}
		case "object.yaml":
			c.Manifest = f.Data
		case "findings.txt":
			c.Told.Findings = lines(f.Data)
		case "fills.txt":
			c.Told.Fills = lines(f.Data)
		default:
			return c, fmt.Errorf("has a file %s; expected context.yaml, object.yaml, findings.txt and fills.txt", f.Name)
		}
	}
	if len(c.Manifest) == 0 {
		return c, fmt.Errorf("has no object.yaml")
	}
	c.Context.complete()
	return c, nil
}

// complete adds what the API server knows of a user and nobody writes down.
func (c *Context) complete() {
	if c.Client == "" {
		c.Client = apiserver.Apply
	}
	if c.User.Name == "" {
		c.User.Name = "somebody@example.com"
	}
	if c.Namespace.Name == "" {
		c.Namespace.Name = "default"
	}
	if account, ok := strings.CutPrefix(c.User.Name, "system:serviceaccount:"); ok {
		namespace, _, _ := strings.Cut(account, ":")
		c.User.Groups = append(c.User.Groups, "system:serviceaccounts", "system:serviceaccounts:"+namespace)
	}
	if !slices.Contains(c.User.Groups, "system:authenticated") {
		c.User.Groups = append(c.User.Groups, "system:authenticated")
	}
}

func lines(text []byte) []string {
	return strings.FieldsFunc(string(text), func(r rune) bool { return r == '\n' })
}

// Written is the archive with other expectations.
func Written(text []byte, told Told) []byte {
	archive := txtar.Parse(text)
	archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool {
		return f.Name == "findings.txt" || f.Name == "fills.txt"
	})
	for _, f := range []struct {
		name  string
		lines []string
	}{{"findings.txt", told.Findings}, {"fills.txt", told.Fills}} {
		var data strings.Builder
		for _, line := range f.lines {
			data.WriteString(line + "\n")
		}
		archive.Files = append(archive.Files, txtar.File{Name: f.name, Data: []byte(data.String())})
	}
	return txtar.Format(archive)
}
