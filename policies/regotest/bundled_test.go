package regotest_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/catalogue"
	"github.com/batchgate/batchgate/policies/regotest"
)

var update = flag.Bool("update", false, "write what the engine says into the examples of the bundled rules")

// asked tells whether -run TestBundledRules/RULE, if it is given, means the rule
// of a file.
func asked(path string) bool {
	_, rule, named := strings.Cut(flag.Lookup("test.run").Value.String(), "/")
	if !named {
		return true
	}
	rule, _, _ = strings.Cut(rule, "/")
	pattern, err := regexp.Compile(rule)
	return err == nil && pattern.MatchString(strings.Split(path, "/")[1])
}

// TestBundledRules holds the bundled rules to everything that this package asks.
func TestBundledRules(t *testing.T) {
	t.Parallel()
	suite := regotest.Suite{Layer: catalogue.Layer{Name: "policies", FS: os.DirFS("..")}}
	if *update {
		suite.Write = func(path string, text []byte) error {
			if !asked(path) {
				return nil
			}
			return os.WriteFile(filepath.Join("..", filepath.FromSlash(path)), text, 0o644)
		}
	}
	outcomes, err := suite.Run(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(outcomes) < 100 {
		t.Errorf("only %d checks were made", len(outcomes))
	}
	for _, outcome := range outcomes {
		t.Run(outcome.Name, func(t *testing.T) {
			t.Parallel()
			if len(outcome.Problems) > 0 {
				t.Errorf("\n%s\nexamples are refreshed by: go test ./policies/regotest -update", strings.Join(outcome.Problems, "\n"))
			}
		})
	}
}
