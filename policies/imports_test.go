package policies_test

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/batchgate/batchgate/"

// listed runs go list and returns its lines.
func listed(t *testing.T, args ...string) []string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", append([]string{"list"}, args...)...)
	command.Dir = ".."
	var stderr bytes.Buffer
	command.Stderr = &stderr
	out, err := command.Output()
	if err != nil {
		t.Fatalf("go list %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.Split(strings.TrimSpace(string(out)), "\n")
}

// TestImportsPointOneWay holds the arrows of the architecture: what decides
// knows nothing of clusters, and the two ways to ask it nothing of each other.
func TestImportsPointOneWay(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]struct {
		from, to []string
	}{
		"what decides imports no client of a cluster": {
			from: []string{"policies/engine", "policies/batch", "policies/schedule", "policies/config", "policies/catalogue", "policies/apiserver", "policies/source", "policies/schema", "policies/dryrun"},
			to:   []string{"k8s.io/client-go", "sigs.k8s.io/controller-runtime", "net/http/httptest"},
		},
		"the offline API server knows no policy": {
			from: []string{"policies/apiserver"},
			to:   []string{module + "policies", "github.com/open-policy-agent/opa"},
		},
		"policies know neither webhook nor command": {
			from: []string{"policies/..."},
			to:   []string{module + "webhook", module + "certs", module + "cmd"},
		},
		"the webhook knows no policy source and no command line": {
			from: []string{"webhook"},
			to:   []string{module + "policies/source", module + "policies/apiserver", module + "certs", module + "cmd"},
		},
		"certificates know nothing of policies": {
			from: []string{"certs"},
			to:   []string{module + "policies", module + "webhook", module + "cmd"},
		},
		"the parts of the command line know no webhook": {
			from: []string{"cmd/batchgate/internal/..."},
			to:   []string{module + "webhook", module + "certs"},
		},
		"the parts of the command line that judge files know no cluster": {
			from: []string{"cmd/batchgate/internal/manifest", "cmd/batchgate/internal/report"},
			to:   []string{"k8s.io/client-go/rest", "sigs.k8s.io/controller-runtime"},
		},
		"the doctor knows no policy": {
			from: []string{"cmd/batchgate/internal/doctor"},
			to:   []string{module + "policies", "github.com/open-policy-agent/opa"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := []string{"-deps", "-f", "{{.ImportPath}}"}
			for _, from := range rule.from {
				args = append(args, module+from)
			}
			own := map[string]bool{}
			for _, path := range listed(t, append([]string{"-f", "{{.ImportPath}}"}, args[3:]...)...) {
				own[path] = true
			}
			for _, path := range listed(t, args...) {
				for _, to := range rule.to {
					if !own[path] && (path == to || strings.HasPrefix(path, to+"/")) {
						t.Errorf("%s reaches %s", strings.Join(rule.from, ", "), path)
					}
				}
			}
		})
	}
}
