package e2e

import "strings"

// way is one way in which a Job comes to the API server. Each answers with the object as JSON.
type way struct {
	args     []string
	evidence bool // whether the API server can tell what the author wrote
}

// ways are the commands of a user who has a file.
func ways() map[string]way {
	return map[string]way{
		"kubectl create":                        {args: []string{"create"}},
		"kubectl create, dry run":               {args: []string{"create", "--dry-run=server"}},
		"client-side apply":                     {args: []string{"apply"}, evidence: true},
		"client-side apply, dry run":            {args: []string{"apply", "--dry-run=server"}, evidence: true},
		"server-side apply":                     {args: []string{"apply", "--server-side"}, evidence: true},
		"server-side apply, dry run":            {args: []string{"apply", "--server-side", "--dry-run=server"}, evidence: true},
		"kubectl create of a generated name":    {args: []string{"create", generated}},
		"the same of a generated name, dry run": {args: []string{"create", generated, "--dry-run=server"}},
	}
}

const generated = "generated" // marks a way that lets the API server choose the name

// submits sends a Job one way and returns what the API server made of it.
func (u *user) submits(w way, spec string) string {
	u.t.Helper()
	var args []string
	manifest := jobOf("probe", spec)
	for _, arg := range w.args {
		if arg == generated {
			manifest = generatedJobOf("probe", spec)
			continue
		}
		args = append(args, arg)
	}
	answer := u.does(manifest, append(args, "-f", "-", "-o", "json")...)
	if !strings.Contains(answer, `"kind": "Job"`) {
		u.t.Fatalf("kubectl %s answered %q, expected a Job", strings.Join(args, " "), answer)
	}
	return answer
}
