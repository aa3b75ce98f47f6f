package e2e

import (
	"strings"
	"testing"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

func TestASecondApplyOfTheSameFileChangesNothing(t *testing.T) {
	guardedBy(t, controlplane.GateOptions{})
	manifests := map[string]string{
		"a Job that says nothing":     jobOf("probe", silentSpec),
		"a Job that says everything":  jobOf("probe", explicitSpec),
		"a Job that says six":         jobOf("probe", explicitSixSpec),
		"a CronJob that says nothing": cronJobOf("probe", "0 0 * * *", silentSpec),
		"a CronJob that says six":     cronJobOf("probe", "0 0 * * *", explicitSixSpec),
	}
	for name, manifest := range manifests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Run("client-side", func(t *testing.T) {
				t.Parallel()
				u := newUser(t)
				first := u.does(manifest, "apply", "-f", "-", "-o", version)
				if second := u.does(manifest, "apply", "-f", "-"); !strings.HasSuffix(second, " unchanged\n") {
					t.Errorf("the second apply said %q, expected unchanged", second)
				}
				if third := u.does(manifest, "apply", "-f", "-", "-o", version); third != first {
					t.Errorf("version %s, expected %s as after the first apply", third, first)
				}
				u.does(manifest, "diff", "-f", "-") // exits 1 when something would change
			})
			t.Run("server-side", func(t *testing.T) {
				t.Parallel()
				u := newUser(t)
				first := u.does(manifest, "apply", "--server-side", "-f", "-", "-o", version)
				if second := u.does(manifest, "apply", "--server-side", "-f", "-", "-o", version); second != first {
					t.Errorf("version %s, expected %s as after the first apply", second, first)
				}
				u.does(manifest, "diff", "--server-side", "-f", "-")
			})
		})
	}
}

const version = "jsonpath={.metadata.resourceVersion} {.metadata.generation}"
