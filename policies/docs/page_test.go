package docs_test

import (
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/catalogue"
	"github.com/batchgate/batchgate/policies/docs"
	"github.com/batchgate/batchgate/policies/regotest"
)

func TestARuleThatOnlyWarnsShowsWhatItWarnsOf(t *testing.T) {
	t.Parallel()
	warned := &regotest.Example{Name: "warned-about-two-pods", Object: "kind: Job\n", Findings: "warned: spec.parallelism is 2\n"}
	refused := &regotest.Example{Name: "refused-two-pods", Object: "kind: Job\n", Findings: "refused: spec.parallelism is 2\n"}
	for name, test := range map[string]struct {
		examples []*regotest.Example
		want     string
		not      string
	}{
		"nothing is refused":   {[]*regotest.Example{warned}, "### Warned: about two Pods\n\n```yaml\nkind: Job\n```\n\n```\nspec.parallelism is 2 (one-pod)\n```\n", "### Refused"},
		"something is refused": {[]*regotest.Example{warned, refused}, "### Refused: two Pods\n", "### Warned"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page, err := docs.Page(docs.Rule{
				Rule:     &catalogue.Rule{Name: "one-pod", Title: "Jobs run one Pod", Description: "Why not.", Severity: "low", Since: "v1.0.0", Denies: true},
				Examples: test.examples,
			})
			if err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(string(page), test.want) || strings.Contains(string(page), test.not) {
				t.Errorf("expected %q and not %q in\n%s", test.want, test.not, page)
			}
		})
	}
}
