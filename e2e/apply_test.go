package e2e

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

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
				u.does(manifest, "apply", "-f", "-")
				first := u.content(manifest)
				if second := u.does(manifest, "apply", "-f", "-"); !strings.HasSuffix(second, " unchanged\n") {
					t.Errorf("the second apply said %q, expected unchanged", second)
				}
				if diff := cmp.Diff(first, u.content(manifest)); diff != "" {
					t.Errorf("the second apply changed (-before +after)\n%s", diff)
				}
				u.does(manifest, "diff", "-f", "-") // exits 1 when something would change
			})
			t.Run("server-side", func(t *testing.T) {
				t.Parallel()
				u := newUser(t)
				u.does(manifest, "apply", "--server-side", "-f", "-")
				first := u.content(manifest)
				u.does(manifest, "apply", "--server-side", "-f", "-")
				if diff := cmp.Diff(first, u.content(manifest)); diff != "" {
					t.Errorf("the second apply changed (-before +after)\n%s", diff)
				}
				u.does(manifest, "diff", "--server-side", "-f", "-")
			})
		})
	}
}

// content is the object of a manifest as it is stored, without what controllers write into it meanwhile.
func (u *user) content(manifest string) map[string]any {
	u.t.Helper()
	list := decoded[unstructured.UnstructuredList](u.t,
		u.does(manifest, "get", "-f", "-", "-o", "json", "--show-managed-fields"))
	if len(list.Items) != 1 {
		u.t.Fatalf("%d objects of the manifest, expected 1", len(list.Items))
	}
	object := list.Items[0]
	var managers []metav1.ManagedFieldsEntry
	for _, entry := range object.GetManagedFields() {
		if entry.Subresource == "" {
			managers = append(managers, entry)
		}
	}
	object.SetManagedFields(managers)
	object.SetResourceVersion("")
	unstructured.RemoveNestedField(object.Object, "status")
	return object.Object
}
