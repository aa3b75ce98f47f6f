package catalogue

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"github.com/batchgate/batchgate/policies/config"
)

// severities are how much a rule's finding matters, least first.
func severities() []string { return []string{"low", "medium", "high"} }

const longestTitle = 80

// annotate reads what stands above the package of a rule.
func (r *Rule) annotate(to *problems) {
	a, at := r.annotations(), r.annotatedAt()
	if a == nil {
		to.in(at, "the rule has no annotations", "expected a block `# METADATA` with title, description, related_resources and custom above the package", "")
		return
	}
	r.Title, r.Description = strings.TrimSpace(a.Title), strings.TrimSpace(a.Description)
	switch {
	case r.Title == "":
		to.in(at, "the rule has no title", "expected one line that states the good state", "")
	case len(r.Title) > longestTitle || strings.ContainsAny(r.Title, "\n"):
		to.in(at, "the title is too long", fmt.Sprintf("expected one line of at most %d characters", longestTitle), "")
	}
	if r.Description == "" {
		to.in(at, "the rule has no description", "expected a text that says why", "")
	}
	r.references(a, at, to)
	r.custom(a, at, to)
	r.schemas(a, at, to)
}

// annotations are those of the package, nil where there are none.
func (r *Rule) annotations() *ast.Annotations {
	for _, candidate := range r.module.Annotations {
		if candidate.Scope == "package" {
			return candidate
		}
	}
	return nil
}

// annotatedAt is where the annotations stand, or the package without them.
func (r *Rule) annotatedAt() *ast.Location {
	if a := r.annotations(); a != nil && a.Location != nil {
		return a.Location
	}
	return r.module.Package.Location
}

func (r *Rule) references(a *ast.Annotations, at *ast.Location, to *problems) {
	if len(a.RelatedResources) == 0 {
		to.in(at, "the rule has no related_resources", "expected at least one address to read on: - ref: https://…", "")
	}
	for _, related := range a.RelatedResources {
		address := related.Ref
		if address.Scheme != "https" || address.Host == "" {
			to.in(at, fmt.Sprintf("the related resource %q is no address", address.String()), "expected https://…", "")
			continue
		}
		r.References = append(r.References, (&url.URL{
			Scheme: address.Scheme, Host: address.Host, Path: address.Path, RawQuery: address.RawQuery, Fragment: address.Fragment,
		}).String())
	}
}

// custom holds severity and since, and nothing else.
func (r *Rule) custom(a *ast.Annotations, at *ast.Location, to *problems) {
	known := []string{"severity", "since"}
	for key := range a.Custom {
		if !slices.Contains(known, key) {
			to.in(at, fmt.Sprintf("custom has an unknown key %q", key), "expected severity and since", config.Nearest(key, known))
		}
	}
	severity, _ := a.Custom["severity"].(string)
	if !slices.Contains(severities(), severity) {
		to.in(at, fmt.Sprintf("custom.severity is %q", severity), "expected "+strings.Join(severities(), ", "), config.Nearest(severity, severities()))
	}
	since, _ := a.Custom["since"].(string)
	if !regexp.MustCompile(`^v\d+\.\d+\.\d+$`).MatchString(since) {
		to.in(at, fmt.Sprintf("custom.since is %q", since), "expected the version that brings the rule, such as v0.1.0", "")
	}
	r.Severity, r.Since = severity, since
}

// schemas may declare the parameters, and nothing else: the rest of the input
// has one shape for all rules.
func (r *Rule) schemas(a *ast.Annotations, at *ast.Location, to *problems) {
	for _, s := range a.Schemas {
		if !s.Path.Equal(ast.MustParseRef("input.params")) {
			to.in(at, fmt.Sprintf("schemas declares %s", s.Path), "expected input.params; the shape of the rest is known", "")
			continue
		}
		if s.Definition == nil {
			to.in(at, "the schema of input.params is somewhere else", "expected it in place: type: object, properties: …", "")
			continue
		}
		r.Params = params(*s.Definition, at, to)
	}
}
