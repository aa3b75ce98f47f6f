package main

import (
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/batchgate/batchgate/certs"
)

const runbook = "manifests/runbook"

// alert is what a page must agree with.
type alert struct {
	Alert               string
	Labels, Annotations map[string]string
}

func TestEveryAlertHasItsPageAndEveryPageItsAlert(t *testing.T) {
	t.Parallel()
	index := fileOf(t, runbook, "README.md")
	pages := pagesOf(t)
	for _, a := range alertsOf(t) {
		name := hyphenated(a.Alert) + ".md"
		if !strings.HasSuffix(a.Annotations["runbook_url"], "/main/"+runbook+"/"+name) {
			t.Errorf("%s: runbook_url %s, expected it to end with %s/%s", a.Alert, a.Annotations["runbook_url"], runbook, name)
		}
		page, found := pages[name]
		if !found {
			t.Errorf("%s: no %s/%s", a.Alert, runbook, name)
			continue
		}
		delete(pages, name)
		for _, want := range []string{"# " + a.Alert + "\n", "\n**Severity** " + a.Labels["severity"] + ".", "\n## What people see\n", "## Look", "mend", "\n## It is over when\n"} {
			if !strings.Contains(strings.ReplaceAll(page, "## Mend", "## mend"), want) {
				t.Errorf("%s/%s: no %q", runbook, name, want)
			}
		}
		if !strings.Contains(index, "["+a.Alert+"]("+name+")") {
			t.Errorf("%s/README.md does not list %s", runbook, a.Alert)
		}
	}
	for name := range pages {
		if strings.HasPrefix(name, "batchgate-") {
			t.Errorf("%s/%s is about an alert that does not exist", runbook, name)
		} else if name != "README.md" && !strings.Contains(index, "("+name+")") {
			t.Errorf("%s/README.md does not lead to %s", runbook, name)
		}
	}
}

// What knows a CA is named where it must not be forgotten: a Secret that stays is believed by the next replica.
func TestWhereTrustEndsEverySecretIsNamed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		page, from, to string
		secrets        []string
	}{
		"a stolen key of the gate's own CA": {"rotation.md", "## The gate's own CA", "## cert-manager", []string{certs.SecretName}},
		"a stolen key of cert-manager's CA": {"rotation.md", "## cert-manager", "## Files", []string{"batchgate-issuer", certs.ServingSecretName, certs.TrustSecretName}},
		"removal":                           {"removal.md", "## What stays", "## It is over", []string{certs.SecretName, "batchgate-issuer", certs.ServingSecretName, certs.TrustSecretName}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, text, _ := strings.Cut(fileOf(t, runbook, c.page), c.from)
			text, _, found := strings.Cut(text, c.to)
			if !found {
				t.Fatalf("%s has no part from %q to %q", c.page, c.from, c.to)
			}
			deleted := ""
			for line := range strings.Lines(text) {
				if strings.Contains(line, " delete secret ") {
					deleted += line
				}
			}
			for _, secret := range c.secrets {
				if !strings.Contains(deleted, secret) {
					t.Errorf("%s does not delete the Secret %s", c.page, secret)
				}
			}
			if c.page == "rotation.md" && strings.Count(text, `"path":"/webhooks/0/clientConfig/caBundle"`) != 2 {
				t.Errorf("%s does not empty both caBundles", c.page)
			}
		})
	}
}

// Who is called at night has the kubectl and the helm that the cluster's vendor gave them.
func TestNoCommandNeedsMoreThanItMust(t *testing.T) {
	t.Parallel()
	for name, text := range pagesOf(t) {
		for flag, instead := range map[string]string{
			"--all-pods":      "-l app.kubernetes.io/name=batchgate --tail=-1, which every kubectl has",
			" --reuse-values": "--reset-then-reuse-values, which knows the values that a newer chart has",
		} {
			if strings.Contains(text, flag) {
				t.Errorf("%s/%s has %s, expected %s", runbook, name, flag, instead)
			}
		}
	}
}

var markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)

func TestEveryRelativeLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	links := 0
	for _, pattern := range []string{"*.md", "policies/*.md", "policies/rules/*/README.md", "manifests/*/*.md", "manifests/components/*/*.md", "manifests/chart/*/*.md"} {
		files, err := filepath.Glob(filepath.Join("..", "..", pattern))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files: %v", pattern, len(files), err)
		}
		for _, file := range files {
			text := fileOf(t, strings.TrimPrefix(filepath.ToSlash(file), "../../"))
			for _, found := range markdownLink.FindAllStringSubmatch(text, -1) {
				to, err := url.Parse(found[1])
				if err != nil || to.IsAbs() || to.Path == "" {
					continue
				}
				links++
				if _, err := os.Stat(filepath.Join(filepath.Dir(file), filepath.FromSlash(to.Path))); err != nil {
					t.Errorf("%s: the link %s leads nowhere", file, found[1])
				}
			}
		}
	}
	if links < 200 {
		t.Errorf("%d links, expected hundreds", links)
	}
}

func alertsOf(t *testing.T) (all []alert) {
	t.Helper()
	var file struct {
		Groups []struct{ Rules []alert }
	}
	if err := yaml.Unmarshal([]byte(fileOf(t, "manifests/monitoring/alerts.yaml")), &file); err != nil {
		t.Fatal(err)
	}
	for _, group := range file.Groups {
		all = append(all, group.Rules...)
	}
	if len(all) == 0 {
		t.Fatal("no alerts")
	}
	return all
}

// pagesOf are the pages of the runbook by the name of their file.
func pagesOf(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", runbook, "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d pages: %v", len(files), err)
	}
	pages := map[string]string{}
	for _, file := range files {
		pages[filepath.Base(file)] = fileOf(t, runbook, filepath.Base(file))
	}
	return pages
}

// names of the pages, sorted.
func names(pages map[string]string) []string { return slices.Sorted(maps.Keys(pages)) }

func fileOf(t *testing.T, path ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(append([]string{"..", ".."}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// hyphenated is the name of an alert as that of a file.
func hyphenated(name string) string {
	var out strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			out.WriteByte('-')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}
