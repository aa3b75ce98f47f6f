package e2e

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// user is somebody with kubectl and a namespace of their own.
type user struct {
	t         *testing.T
	namespace string
}

func newUser(t *testing.T) *user {
	t.Helper()
	namespace, err := shared.Client().CoreV1().Namespaces().Create(t.Context(),
		&corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "user-"}}, metav1.CreateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return &user{t: t, namespace: namespace.Name}
}

// tries runs kubectl in the user's namespace, however that ends.
func (u *user) tries(stdin string, args ...string) controlplane.Result {
	u.t.Helper()
	return shared.Kubectl(u.t.Context(), stdin, append([]string{"-n", u.namespace}, args...)...)
}

// does runs kubectl and must succeed. The answer is standard output.
func (u *user) does(stdin string, args ...string) string {
	u.t.Helper()
	result := u.tries(stdin, args...)
	if result.Code != 0 {
		u.t.Fatalf("kubectl %s: exit status %d: %s", strings.Join(args, " "), result.Code, result.Output)
	}
	return result.Stdout
}

// isRefused runs kubectl, which must be refused by the gate in words that contain each of the given ones.
func (u *user) isRefused(words []string, stdin string, args ...string) {
	u.t.Helper()
	result := u.tries(stdin, args...)
	command := "kubectl " + strings.Join(args, " ")
	if result.Code == 0 {
		u.t.Errorf("%s: allowed (%s), expected a refusal", command, strings.TrimSpace(result.Output))
		return
	}
	for _, want := range append([]string{`admission webhook "validate.batchgate.dev" denied the request`}, words...) {
		if !strings.Contains(result.Stderr, want) {
			u.t.Errorf("%s: refused with %q, expected %q in it", command, result.Stderr, want)
		}
	}
}

func (u *user) job(name string) *batchv1.Job {
	u.t.Helper()
	job, err := shared.Client().BatchV1().Jobs(u.namespace).Get(u.t.Context(), name, metav1.GetOptions{})
	if err != nil {
		u.t.Fatal(err)
	}
	return job
}

// fires makes the CronJob controller believe that a run of a daily CronJob is due, and returns the Job that it makes.
func (u *user) fires(cronJob string) *batchv1.Job {
	u.t.Helper()
	past := time.Now().Add(-48 * time.Hour).UTC().Format(time.RFC3339)
	u.does("", "patch", "cronjob", cronJob, "--subresource=status", "--type=merge", "-p",
		`{"status":{"lastScheduleTime":"`+past+`"}}`)
	var made *batchv1.Job
	eventually(u.t, "the CronJob controller makes a Job of "+cronJob, func(ctx context.Context) error {
		jobs, err := shared.Client().BatchV1().Jobs(u.namespace).List(ctx, metav1.ListOptions{})
		if err != nil {
			return err
		}
		for i := range jobs.Items {
			if owner := metav1.GetControllerOf(&jobs.Items[i]); owner != nil && owner.Name == cronJob {
				made = &jobs.Items[i]
				return nil
			}
		}
		return errNotYet
	})
	return made
}

// decoded reads what kubectl printed with -o json.
func decoded[T any](t *testing.T, text string) *T {
	t.Helper()
	object := new(T)
	if err := json.Unmarshal([]byte(text), object); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return object
}

// in is the same user in another test, which then is the one that fails.
func (u *user) in(t *testing.T) *user { return &user{t: t, namespace: u.namespace} }
