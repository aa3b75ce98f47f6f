package webhook

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/util/validation"
	"pgregory.net/rapid"
)

func TestWarningsAreOneLineOfPrintableText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SliceOfN(rapid.String(), 0, 2*maxWarnings).Draw(t, "warnings")
		out := warnings(in)
		if len(out) > maxWarnings {
			t.Fatalf("%d warnings", len(out))
		}
		for _, w := range out {
			if runes := len([]rune(w)); runes == 0 || runes > maxWarning || clean(w, false) != w || strings.TrimSpace(w) != w && !strings.HasSuffix(w, "…") {
				t.Fatalf("%q of %d runes", w, runes)
			}
		}
	})
}

func TestAuditKeysAreQualifiedNames(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		key := auditKey(rapid.String().Draw(t, "key"))
		if key == "" {
			return
		}
		if problems := validation.IsQualifiedName("mutate.batchgate.dev/" + key); len(problems) > 0 {
			t.Fatalf("%q: %v", key, problems)
		}
	})
}

func TestCleanKeepsWhatIsMeant(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		in    string
		lines bool
		want  string
	}{
		"plain text":                      {"spec.x is 1", false, "spec.x is 1"},
		"letters of any language":         {"größer als 5 “x” 日本", false, "größer als 5 “x” 日本"},
		"a newline in a message":          {"a\nb", true, "a\nb"},
		"a newline in a warning":          {"a\r\nb", false, "a  b"},
		"an escape sequence":              {"\x1b[31mred\a", true, " [31mred "},
		"a character that turns the line": {"a\u202eb", true, "a b"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, clean(test.in, test.lines)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
