package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWhatAManifestSaysIsNoMarkup(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ text, cell, html string }{
		"a name that would call somebody": {"@octocat", "@\u200boctocat", "@\u200boctocat"},
		"a character by its name":         {"&lt;b&gt; &#64;a", `\&lt;b\&gt; \&\#64;a`, "&amp;lt;b&amp;gt; &amp;#64;a"},
		"markup":                          {"<b>|*a*", `\<b\>\|\*a\*`, "&lt;b&gt;|*a*"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff([]string{test.cell, test.html}, []string{Cell(test.text), HTMLText(test.text)}); diff != "" {
				t.Errorf("%q (-want +got):\n%s", test.text, diff)
			}
		})
	}
}
