//go:build unix

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAWayIsWalkedAsTheSystemDoes(t *testing.T) {
	t.Parallel()
	top := wayTo(t.TempDir()).end
	in := func(name string) string { return filepath.Join(top, name) }
	if err := os.MkdirAll(in("a/b"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]string{"a/up": "..", "link": "a/b", "twice": "link", "far": in("a"), "ahead": "a/nothing", "circle": "circle"} {
		if err := os.Symlink(to, in(name)); err != nil {
			t.Fatal(err)
		}
	}
	for name, test := range map[string]struct {
		path, end string
		links     []string
	}{
		"a path without links":         {"a/b/c", "a/b/c", nil},
		"a link":                       {"link/c", "a/b/c", []string{"link"}},
		"a link to a link":             {"twice/c", "a/b/c", []string{"twice", "link"}},
		"a link that leads up":         {"a/up/a/b", "a/b", []string{"a/up"}},
		"an absolute link":             {"far/b", "a/b", []string{"far"}},
		"back from where a link leads": {"link/../c", "a/c", []string{"link"}},
		"a link to nothing":            {"ahead", "a/nothing", []string{"ahead"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := wayTo(top + "/" + test.path)
			var links []string
			for _, link := range test.links {
				links = append(links, in(link))
			}
			if diff := cmp.Diff(way{links: links, end: in(test.end)}, got, cmp.AllowUnexported(way{})); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
	if got := wayTo(in("circle")); len(got.links) != mostLinks {
		t.Errorf("a circle is walked %d times, expected %d", len(got.links), mostLinks)
	}
}
