package schema_test

import (
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/schema"
)

func TestPathsOfTheInput(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		path      string // keys joined by slashes
		bad, near string // what Nearest says; "" when the path exists
		field     bool   // whether it is one of the object's own fields
	}{
		"a field of the Job":                     {"job/spec/backoffLimit", "", "", true},
		"a misspelled field":                     {"job/spec/backofLimit", "backofLimit", "backoffLimit", false},
		"a misspelled section":                   {"job/spek/backoffLimit", "spek", "spec", false},
		"a misspelled view":                      {"jobs/spec/backoffLimit", "jobs", "job", false},
		"nothing like it":                        {"job/spec/wibbleWobble", "wibbleWobble", "", false},
		"a view":                                 {"containers", "", "", true},
		"a container by name":                    {"containers/main/resources/limits/cpu", "", "", true},
		"a container whose name is a number":     {"containers/7/image", "", "", true},
		"any container":                          {"containers/*/image", "", "", true},
		"a misspelled field of a container":      {"containers/main/resource/limits/cpu", "resource", "resources", false},
		"a container of the stored object":       {"old/containers/main/image", "", "", false},
		"a container's role is added":            {"containers/main/role", "", "", false},
		"the parts of an image are added":        {"containers/main/reference/tag", "", "", false},
		"the numbers of the Pod are added":       {"pod/quantities/limits/cpu", "", "", false},
		"a resource of any name":                 {"containers/main/resources/limits/example.com~1gpu", "", "", true},
		"an index of a list":                     {"pod/spec/initContainers/0/image", "", "", true},
		"any item of a list":                     {"pod/spec/initContainers/*/image", "", "", true},
		"a list of the template goes by numbers": {"pod/spec/containers/main/image", "main", "", false},
		"a negative index":                       {"pod/spec/containers/-1/image", "-1", "", false},
		"a label":                                {"job/metadata/labels/team", "", "", true},
		"any label":                              {"job/metadata/labels/*", "", "", true},
		"below a label":                          {"job/metadata/labels/team/x", "x", "", false},
		"below a number":                         {"job/spec/backoffLimit/x", "x", "", false},
		"a star is no field":                     {"job/spec/*", "*", "", false},
		"a template inside a CronJob":            {"cronjob/spec/jobTemplate/spec/template/spec/restartPolicy", "", "", true},
		"managedFields are never given":          {"job/metadata/managedFields", "managedFields", "", false},
		"a parameter is not shared":              {"params/max", "params", "", false},
		"a field outside the object":             {"owner/reconciler", "", "", false},
		"evidence":                               {"intent/job.spec.backoffLimit", "", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := strings.Split(test.path, "/")
			if bad, near := schema.Nearest(path); bad != test.bad || near != test.near {
				t.Errorf("Nearest says %q, %q; expected %q, %q", bad, near, test.bad, test.near)
			}
			if has := schema.Has(path); has != (test.bad == "") {
				t.Errorf("Has says %t", has)
			}
			if field := schema.IsField(path); field != test.field {
				t.Errorf("IsField says %t", field)
			}
		})
	}
}

func TestTheInputItselfIsAPathButNoField(t *testing.T) {
	t.Parallel()
	if !schema.Has(nil) || schema.IsField(nil) {
		t.Errorf("Has says %t, IsField says %t", schema.Has(nil), schema.IsField(nil))
	}
}
