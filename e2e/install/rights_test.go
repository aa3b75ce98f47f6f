package install

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	authorizationv1 "k8s.io/api/authorization/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"

	"github.com/batchgate/batchgate/certs"
	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/rendered"
	"github.com/batchgate/batchgate/e2e/world"
)

const account = "system:serviceaccount:" + rendered.Namespace + ":batchgate"

// right is the least that can be granted: one verb for one resource, or for one object of it.
type right struct{ role, verb, group, resource, name string }

func (r right) String() string {
	return strings.TrimSuffix(r.role+": "+r.verb+" "+r.resource+"/"+r.name, "/")
}

// rightsOf are the rights of a list of rules, one by one.
func rightsOf(role string, rules []rbacv1.PolicyRule) (all []right) {
	for _, rule := range rules {
		names := rule.ResourceNames
		if len(names) == 0 {
			names = []string{""}
		}
		for _, group := range rule.APIGroups {
			for _, resource := range rule.Resources {
				for _, verb := range rule.Verbs {
					for _, name := range names {
						all = append(all, right{role, verb, group, resource, name})
					}
				}
			}
		}
	}
	return all
}

// without are rules that grant what is granted but for one right.
func without(role string, rules []rbacv1.PolicyRule, taken right) (left []rbacv1.PolicyRule) {
	for _, each := range rightsOf(role, rules) {
		if each == taken {
			continue
		}
		rule := rbacv1.PolicyRule{Verbs: []string{each.verb}, APIGroups: []string{each.group}, Resources: []string{each.resource}}
		if each.name != "" {
			rule.ResourceNames = []string{each.name}
		}
		left = append(left, rule)
	}
	return left
}

// function is what a right is for.
type function struct {
	what string
	// works is nil when the gate has done it; what it takes for the gate to do it is done with each question.
	works func(ctx context.Context, g *gate) error
	env   []string // of the gate, where another API server than this one makes it use the right
}

// gate is one that was started, and when.
type gate struct {
	*controlplane.Gate
	since  time.Time
	policy string // the file of its policy
	asked  bool   // for what a test asks for once
}

// install is an installation whose rights are tested.
type install struct {
	overlay   string // the directory of manifests/ that is applied
	manifests string // the same, rendered
	args      []string
	functions map[right]function
	elsewhere map[right]function              // those that another test tries
	reset     func(ctx context.Context) error // before each start, so that it is the first one
}

// holds finds that every right that is granted has a function, and that none works without its right.
func (i install) holds(t *testing.T) {
	t.Helper()
	granted, known := i.granted(t), maps.Clone(i.functions)
	maps.Copy(known, i.elsewhere)
	for _, each := range granted {
		if _, known := known[each]; !known {
			t.Errorf("%s: nothing needs it; expected it not to be granted, or its function here", each)
		}
	}
	for each := range known {
		if !slices.Contains(granted, each) {
			t.Errorf("%s: is not granted", each)
		}
	}
	i.fails(t)
}

// fails removes each right in turn: what it is for is not done until the right is back.
func (i install) fails(t *testing.T) {
	t.Helper()
	// What the component of another test grants would stand in for what is taken.
	if result := shared.Kubectl(t.Context(), "", "delete", "clusterrolebinding", "batchgate-events", "--ignore-not-found"); result.Code != 0 {
		t.Fatal(result.Output)
	}
	options := controlplane.GateOptions{Binary: shared.Binary, Overlay: i.overlay, Args: append([]string{"--drain=0s"}, i.args...)}
	if err := shared.Register(t.Context(), 1, options); err != nil { // nobody is at port 1: the gate is asked by tests
		t.Fatal(err)
	}
	for taken, function := range i.functions {
		t.Run(taken.String(), func(t *testing.T) {
			take(t, taken)
			t.Cleanup(func() { give(t, taken) })
			g := i.start(t, options, function)
			world.Eventually(t, time.Minute, "it asks for what it may not have, and does not do what that is for: "+function.what, func(ctx context.Context) error {
				if function.works(ctx, g) == nil {
					return errors.New("it works without the right")
				}
				if !slices.Contains(answers(taken, g.since), http.StatusForbidden) {
					return fmt.Errorf("no %s of %s was refused", taken.verb, taken.resource)
				}
				return nil
			})
			give(t, taken)
			world.Eventually(t, 2*time.Minute, "with the right, "+function.what, func(ctx context.Context) error { return function.works(ctx, g) })
		})
	}
}

// granted are all rights that the manifests give.
func (i install) granted(t *testing.T) (all []right) {
	t.Helper()
	for _, object := range rendered.Objects(t, i.manifests) {
		switch object := object.(type) {
		case *rbacv1.ClusterRole:
			all = append(all, rightsOf("ClusterRole "+object.Name, object.Rules)...)
		case *rbacv1.Role:
			all = append(all, rightsOf("Role "+object.Name, object.Rules)...)
		}
	}
	return all
}

// take removes a right and waits until it is gone.
func take(t *testing.T, taken right) {
	t.Helper()
	change(t, taken, func(role string, rules []rbacv1.PolicyRule) []rbacv1.PolicyRule { return without(role, rules, taken) })
	may(t, taken, false)
}

// give grants a right again.
func give(t *testing.T, taken right) {
	t.Helper()
	rule := rbacv1.PolicyRule{Verbs: []string{taken.verb}, APIGroups: []string{taken.group}, Resources: []string{taken.resource}}
	if taken.name != "" {
		rule.ResourceNames = []string{taken.name}
	}
	change(t, taken, func(role string, rules []rbacv1.PolicyRule) []rbacv1.PolicyRule {
		if slices.Contains(rightsOf(role, rules), taken) {
			return rules
		}
		return append(rules, rule)
	})
}

func change(t *testing.T, of right, to func(string, []rbacv1.PolicyRule) []rbacv1.PolicyRule) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // rights are given back when a test has ended, too
	rbac := shared.Client().RbacV1()
	kind, name, _ := strings.Cut(of.role, " ")
	var err error
	if kind == "Role" {
		var role *rbacv1.Role
		if role, err = rbac.Roles(rendered.Namespace).Get(ctx, name, metav1.GetOptions{}); err == nil {
			role.Rules = to(of.role, role.Rules)
			_, err = rbac.Roles(rendered.Namespace).Update(ctx, role, metav1.UpdateOptions{})
		}
	} else {
		var role *rbacv1.ClusterRole
		if role, err = rbac.ClusterRoles().Get(ctx, name, metav1.GetOptions{}); err == nil {
			role.Rules = to(of.role, role.Rules)
			_, err = rbac.ClusterRoles().Update(ctx, role, metav1.UpdateOptions{})
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// may waits until the API server has heard whether the gate may.
func may(t *testing.T, r right, allowed bool) {
	t.Helper()
	namespace := ""
	if strings.HasPrefix(r.role, "Role ") {
		namespace = rendered.Namespace
	}
	world.Eventually(t, time.Minute, "the right changes", func(ctx context.Context) error {
		review, err := shared.Client().AuthorizationV1().SubjectAccessReviews().Create(ctx, &authorizationv1.SubjectAccessReview{
			Spec: authorizationv1.SubjectAccessReviewSpec{User: account, ResourceAttributes: &authorizationv1.ResourceAttributes{
				Namespace: namespace, Verb: r.verb, Group: r.group, Resource: r.resource, Name: r.name,
			}},
		}, metav1.CreateOptions{})
		if err == nil && review.Status.Allowed != allowed {
			err = fmt.Errorf("allowed is %v", review.Status.Allowed)
		}
		return err
	})
}

// start starts a gate for the first time.
func (i install) start(t *testing.T, options controlplane.GateOptions, f function) *gate {
	t.Helper()
	if err := i.reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	g := &gate{since: time.Now(), policy: policyFile(t)}
	options.Policy, options.Env = g.policy, f.env
	var err error
	if g.Gate, err = shared.StartGate(t.Context(), options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := g.Stop(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(g.Log())
		}
	})
	return g
}

// answers are the status codes that the gate got for what a right is about, the latest last.
func answers(r right, since time.Time) (codes []int) {
	_, _ = shared.AuditEvents(func(e *auditv1.Event) bool { // what cannot be read yet is asked for again
		of := e.ObjectRef
		if e.User.Username != account || of == nil || e.ResponseStatus == nil || e.RequestReceivedTimestamp.Time.Before(since) {
			return false
		}
		if e.Verb == r.verb && of.Resource == r.resource && (r.name == "" || of.Name == r.name || strings.Contains(e.RequestURI, "metadata.name%3D"+r.name)) {
			codes = append(codes, int(e.ResponseStatus.Code))
		}
		return false
	})
	return codes
}

// firstTime removes what a gate of before has left.
func firstTime(secrets ...string) func(context.Context) error {
	return func(ctx context.Context) error {
		var errs []error
		for _, name := range secrets {
			result := shared.Kubectl(ctx, "", "-n", rendered.Namespace, "delete", "secret", name, "--ignore-not-found")
			if result.Code != 0 {
				errs = append(errs, errors.New(result.Output))
			}
		}
		client := shared.Client().AdmissionregistrationV1()
		empty := []byte(`[{"op":"add","path":"/webhooks/0/clientConfig/caBundle","value":""}]`)
		_, mutating := client.MutatingWebhookConfigurations().Patch(ctx, certs.ConfigurationName, types.JSONPatchType, empty, metav1.PatchOptions{})
		_, validating := client.ValidatingWebhookConfigurations().Patch(ctx, certs.ConfigurationName, types.JSONPatchType, empty, metav1.PatchOptions{})
		return errors.Join(append(errs, mutating, validating)...)
	}
}
