package doctor

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	admissionv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"github.com/batchgate/batchgate/manifests"
	cmapi "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
	cmmeta "github.com/cert-manager/cert-manager/pkg/apis/meta/v1"
)

var errNobody = func() error { return errors.New("nobody may say") }

// well are the facts of an installation in which nothing is wrong, but for the
// caBundle: whether it holds a CA is proven on a real API server.
func well(t *testing.T) *facts {
	t.Helper()
	f := &facts{namespace: "batchgate-system", name: "batchgate", now: time.Unix(1_000_000, 0)}
	f.mutating.value, f.validating.value = &admissionv1.MutatingWebhookConfiguration{}, &admissionv1.ValidatingWebhookConfiguration{}
	for text, into := range map[*[]byte]any{&manifests.MutatingWebhook: f.mutating.value, &manifests.ValidatingWebhook: f.validating.value} {
		if err := yaml.UnmarshalStrict(*text, into); err != nil {
			t.Fatal(err)
		}
	}
	f.own.value = &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Labels: map[string]string{corev1.LabelMetadataName: f.namespace}}}
	f.deployment.value = &appsv1.Deployment{
		Spec: appsv1.DeploymentSpec{Replicas: new(int32(2)), Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			Containers: []corev1.Container{{Args: []string{"serve", "--certs=self-signed"}}},
		}}},
		Status: appsv1.DeploymentStatus{ReadyReplicas: 2},
	}
	f.slices.value = []discoveryv1.EndpointSlice{{Endpoints: []discoveryv1.Endpoint{{Addresses: []string{"10.0.0.1"}}}}}
	f.disruptions.value = []policyv1.PodDisruptionBudget{{ObjectMeta: metav1.ObjectMeta{Name: "batchgate"}}}
	for i := range 2 {
		f.replicas = append(f.replicas, replica{
			name: fmt.Sprintf("batchgate-%d", i), node: fmt.Sprintf("node-%d", i),
			readyz:  fact[readiness]{value: readiness{ready: true, policy: "recommended@1", version: "v1.0.0"}},
			metrics: fact[metrics]{value: metricsOf(t, healthy)},
			ca:      fact[[]byte]{err: errNobody()},
			served:  fact[[]*x509.Certificate]{err: errNobody()},
		})
	}
	f.probe.value = probed{filled: true, judged: true, counted: true, reviews: 2}
	for _, r := range needed("self-signed", "batchgate") {
		f.rights = append(f.rights, granted{r, fact[bool]{value: true}})
	}
	return f
}

// byCertManager makes facts those of an installation with certificates of cert-manager.
func (f *facts) byCertManager() {
	f.deployment.value.Spec.Template.Spec.Containers[0].Args[1] = "--certs=cert-manager"
	f.certificates.value = []cmapi.Certificate{{
		ObjectMeta: metav1.ObjectMeta{Name: "batchgate"},
		Status:     cmapi.CertificateStatus{Conditions: []cmapi.CertificateCondition{{Type: cmapi.CertificateConditionReady, Status: cmmeta.ConditionTrue}}},
	}}
	f.issuers.value = []cmapi.Issuer{{
		ObjectMeta: metav1.ObjectMeta{Name: "batchgate"},
		Status:     cmapi.IssuerStatus{Conditions: []cmapi.IssuerCondition{{Type: cmapi.IssuerConditionReady, Status: cmmeta.ConditionTrue}}},
	}}
	f.mutating.value.Annotations = map[string]string{cmapi.WantInjectFromSecretAnnotation: "batchgate-system/batchgate-trust"}
	f.validating.value.Annotations = f.mutating.value.Annotations
}

const healthy = `batchgate_certificate_problem 0
batchgate_policy_last_load_success 1
batchgate_certificate_not_before_seconds{certificate="leaf"} 900000
batchgate_certificate_not_after_seconds{certificate="leaf"} 1300000
`

func metricsOf(t *testing.T, text string) metrics {
	t.Helper()
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return families
}

// living is that a replica has a certificate of so many days, some of which are left, and a leaf of seven days.
func living(name string, days, left int64) func(*testing.T, *facts) {
	return func(t *testing.T, f *facts) {
		t.Helper()
		f.now, f.replicas = f.now.AddDate(20, 0, 0), f.replicas[:1]
		now, day := f.now.Unix(), int64(86400)
		text := fmt.Sprintf("batchgate_certificate_not_before_seconds{certificate=%[1]q} %[2]d\nbatchgate_certificate_not_before_seconds{certificate=\"leaf\"} %[4]d\n"+
			"batchgate_certificate_not_after_seconds{certificate=%[1]q} %[3]d\nbatchgate_certificate_not_after_seconds{certificate=\"leaf\"} %[5]d\n",
			name, now-(days-left)*day, now+left*day, now-day, now+6*day)
		f.replicas[0].metrics.value = metricsOf(t, text)
	}
}

func TestEachCheckNamesItsTrouble(t *testing.T) {
	t.Parallel()
	gone := apierrors.NewNotFound(schema.GroupResource{Resource: "things"}, "batchgate")
	hidden := apierrors.NewForbidden(schema.GroupResource{Resource: "things"}, "batchgate", errNobody())
	for name, test := range map[string]struct {
		check  func(*facts, *sheet)
		damage func(t *testing.T, f *facts)
		want   []string // status and the beginning of the text
	}{
		"configurations that are shipped": {configurations, nil, []string{"ok both webhook configurations"}},
		"a configuration that is gone": {configurations, func(_ *testing.T, f *facts) { f.validating.err = gone },
			[]string{"trouble ValidatingWebhookConfiguration batchgate is not there: nothing is refused"}},
		"a configuration that may not be seen": {configurations, func(_ *testing.T, f *facts) { f.mutating.err = hidden },
			[]string{"not checked MutatingWebhookConfiguration batchgate: things"}},
		"a configuration without webhooks": {configurations, func(_ *testing.T, f *facts) { f.mutating.value.Webhooks = nil },
			[]string{"trouble MutatingWebhookConfiguration batchgate has no webhook mutate.batchgate.dev"}},
		"a webhook without anything": {configurations, func(_ *testing.T, f *facts) {
			f.validating.value.Webhooks = []admissionv1.ValidatingWebhook{{Name: "validate.batchgate.dev"}}
		}, []string{"trouble ValidatingWebhookConfiguration batchgate: rules is ", "trouble ValidatingWebhookConfiguration batchgate: sideEffects is ",
			"trouble ValidatingWebhookConfiguration batchgate: admissionReviewVersions is ", "trouble ValidatingWebhookConfiguration batchgate: matchConditions is ",
			"trouble ValidatingWebhookConfiguration batchgate: clientConfig.service is none, but a URL",
			"trouble ValidatingWebhookConfiguration batchgate: the namespaceSelector does not leave out batchgate-system",
			"trouble ValidatingWebhookConfiguration batchgate: the namespaceSelector does not leave out kube-system"}},
		"a release in a namespace of its own": {configurations, func(_ *testing.T, f *facts) {
			f.namespace = "gate"
			f.mutating.value.Webhooks[0].ClientConfig.Service.Namespace, f.validating.value.Webhooks[0].ClientConfig.Service.Namespace = "gate", "gate"
			for _, s := range []*metav1.LabelSelector{f.mutating.value.Webhooks[0].NamespaceSelector, f.validating.value.Webhooks[0].NamespaceSelector} {
				s.MatchExpressions[0].Values = []string{"kube-system", "gate"}
			}
		}, []string{"ok both webhook configurations"}},
		"a failure policy, a timeout and namespaces that the platform chose": {configurations, func(_ *testing.T, f *facts) {
			w := &f.validating.value.Webhooks[0]
			w.FailurePolicy, w.TimeoutSeconds = new(admissionv1.Ignore), new(int32(3))
			w.NamespaceSelector.MatchExpressions[0].Values = append(w.NamespaceSelector.MatchExpressions[0].Values, "build")
		}, []string{"ok both webhook configurations"}},
		"a caBundle that is empty": {trust, nil, []string{"trouble MutatingWebhookConfiguration batchgate: the caBundle is empty", "trouble ValidatingWebhookConfiguration batchgate: the caBundle is empty"}},
		"a caBundle that is none": {trust, func(_ *testing.T, f *facts) {
			f.mutating.value.Webhooks[0].ClientConfig.CABundle, f.validating.value.Webhooks[0].ClientConfig.CABundle = []byte("no"), []byte("no")
		}, []string{"trouble MutatingWebhookConfiguration batchgate: the caBundle is no certificate", "trouble ValidatingWebhookConfiguration batchgate: the caBundle is no certificate"}},
		"replicas that answer": {replicas, nil, []string{"ok 2 replicas ready"}},
		"no Deployment":        {replicas, func(_ *testing.T, f *facts) { f.deployment.err = gone }, []string{"trouble there is no Deployment batchgate"}},
		"no replica":           {replicas, func(_ *testing.T, f *facts) { f.deployment.value.Status.ReadyReplicas = 0 }, []string{"trouble 0 of 2 replicas ready"}},
		"a replica too few":    {replicas, func(_ *testing.T, f *facts) { f.deployment.value.Status.ReadyReplicas = 1 }, []string{"trouble 1 of 2 replicas ready"}},
		"replicas on one node": {replicas, func(_ *testing.T, f *facts) { f.replicas[1].node = f.replicas[0].node }, []string{"warning all replicas are on one node"}},
		"no budget":            {replicas, func(_ *testing.T, f *facts) { f.disruptions.value = nil }, []string{"warning there is no PodDisruptionBudget"}},
		"a replica that says why it is not ready": {replicas, func(_ *testing.T, f *facts) { f.replicas[1].readyz.value = readiness{why: "policy: x"} },
			[]string{"trouble replica batchgate-1 is not ready: policy: x"}},
		"certificates that are new": {certificates, nil, []string{"ok every certificate"}},
		"a certificate that has expired": {certificates, func(t *testing.T, f *facts) {
			f.replicas[0].metrics.value = metricsOf(t, "batchgate_certificate_not_after_seconds{certificate=\"ca\"} 999999\n")
		}, []string{"trouble replica batchgate-0: the ca certificate expired"}},
		"a certificate that was not renewed": {certificates, func(t *testing.T, f *facts) {
			f.replicas[0].metrics.value = metricsOf(t, "batchgate_certificate_not_before_seconds{certificate=\"leaf\"} 100000\nbatchgate_certificate_not_after_seconds{certificate=\"leaf\"} 1100000\n")
		}, []string{"warning replica batchgate-0: the leaf certificate ends"}},
		"a CA of clients of ten years that has one left":  {certificates, living("client-ca", 3650, 365), []string{"ok every certificate"}},
		"a CA of clients that was not renewed":            {certificates, living("client-ca", 3650, 59), []string{"warning replica batchgate-0: the client-ca certificate ends"}},
		"a CA of ten years that has one left":             {certificates, living("ca", 3650, 365), []string{"ok every certificate"}},
		"a CA of ten years that was not renewed":          {certificates, living("ca", 3650, 59), []string{"warning replica batchgate-0: the ca certificate ends"}},
		"a CA that was renewed, under the leaf of before": {certificates, living("ca", 365, 120), []string{"ok every certificate"}},
		"a CA of a year that was not renewed":             {certificates, living("ca", 365, 110), []string{"warning replica batchgate-0: the ca certificate ends"}},
		"a clock that is wrong": {certificates, func(t *testing.T, f *facts) {
			f.replicas[1].metrics.value = metricsOf(t, "batchgate_clock_skew_seconds -3600\n")
		}, []string{"warning the clock of replica batchgate-1 is -1h0m0s off"}},
		"nobody to ask for certificates": {certificates, func(_ *testing.T, f *facts) { f.replicas = nil }, []string{"not checked how long certificates last"}},
		"one policy":                     {policy, nil, []string{"ok v1.0.0, 2 replicas by policy recommended@1"}},
		"two policies":                   {policy, func(_ *testing.T, f *facts) { f.replicas[1].readyz.value.policy = "strict@2" }, []string{"trouble replicas judge by different policies: recommended@1 (batchgate-0), strict@2 (batchgate-1)"}},
		"two versions":                   {policy, func(_ *testing.T, f *facts) { f.replicas[1].readyz.value.version = "v2" }, []string{"warning replicas are of different versions"}},
		"a policy that does not load": {policy, func(t *testing.T, f *facts) {
			f.replicas[1].metrics.value = metricsOf(t, "batchgate_policy_last_load_success 0\n")
		},
			[]string{"trouble the files of the policy do not load at replica batchgate-1"}},
		"a Job that is judged":        {requests, nil, []string{"ok a Job that was tried was filled in and judged"}},
		"a Job that nobody saw":       {requests, func(_ *testing.T, f *facts) { f.probe.value = probed{counted: true} }, []string{"trouble a Job was tried and admitted, and nobody has judged it"}},
		"a Job that nobody filled in": {requests, func(_ *testing.T, f *facts) { f.probe.value = probed{judged: true, counted: true, reviews: 1} }, []string{"trouble a Job that was tried was judged, and nobody was asked what to fill in"}},
		"a Job that the policy refuses": {requests, func(_ *testing.T, f *facts) {
			f.probe.value.refusal = errors.New(`admission webhook "validate.batchgate.dev" denied the request: no`)
		}, []string{"ok a Job that was tried was refused by the policy"}},
		"a Job that somebody else refuses": {requests, func(_ *testing.T, f *facts) {
			f.probe.value.refusal = errors.New(`admission webhook "other.example.com" denied the request: no`)
		}, []string{"not checked another webhook refused"}},
		"a call that fails": {requests, func(_ *testing.T, f *facts) {
			f.probe.value.refusal = errors.New(`Internal error occurred: failed calling webhook "validate.batchgate.dev": x509`)
		}, []string{"trouble a Job cannot be created, because the call fails"}},
		"all rights": {rights, nil, []string{"ok the ServiceAccount batchgate may do everything"}},
		"a right that is missing": {rights, func(_ *testing.T, f *facts) { f.rights[0].allowed.value = false },
			[]string{"trouble the ServiceAccount batchgate may not list namespaces: no replica gets ready"}},
		"rights that may not be asked for": {rights, func(_ *testing.T, f *facts) { f.rights = []granted{{allowed: fact[bool]{err: hidden}}} },
			[]string{"not checked what the ServiceAccount batchgate may do"}},
		"no neighbours": {neighbours, nil, []string{"ok no other webhook can keep a replica from starting"}},
		"a neighbour that is asked about everything": {neighbours, func(_ *testing.T, f *facts) {
			f.others.value = []webhook{{kind: "ValidatingWebhookConfiguration", configuration: "all", name: "all.example.com", failure: admissionv1.Fail, rules: everything()}}
		}, []string{"warning ValidatingWebhookConfiguration all (all.example.com) is asked about Pods"}},
		"a neighbour that is asked about Jobs as well": {neighbours, func(_ *testing.T, f *facts) {
			f.others.value = []webhook{{kind: "MutatingWebhookConfiguration", configuration: "kueue", failure: admissionv1.Ignore, rules: everything()}}
		}, []string{"ok Kueue suspends Jobs", "ok no other webhook can keep a replica from starting; asked about Jobs as well: kueue"}},
		"certificates of the gate's own": {issuance, nil, nil},
		"certificates of cert-manager": {issuance, func(_ *testing.T, f *facts) { f.byCertManager() },
			[]string{"ok cert-manager has issued: 1 Certificate and 1 Issuer ready"}},
		"cert-manager is not there": {issuance, func(_ *testing.T, f *facts) { f.byCertManager(); f.certificates.err = gone },
			[]string{"trouble certificates come from cert-manager, and its CustomResourceDefinitions are not there"}},
		"cert-manager's objects may not be seen": {issuance, func(_ *testing.T, f *facts) {
			f.byCertManager()
			f.certificates = fact[[]cmapi.Certificate]{err: hidden}
			f.issuers = fact[[]cmapi.Issuer]{err: hidden}
		}, []string{"not checked the Certificates", "not checked the Issuers"}},
		"nothing is issued": {issuance, func(_ *testing.T, f *facts) { f.byCertManager(); f.certificates.value = nil },
			[]string{"trouble there is no Certificate in batchgate-system"}},
		"nobody issues": {issuance, func(_ *testing.T, f *facts) {
			f.byCertManager()
			f.certificates.value[0].Status.Conditions = nil
			f.issuers.value[0].Status.Conditions[0].Status = cmmeta.ConditionFalse
			f.issuers.value[0].Status.Conditions[0].Message = "secret not found"
		}, []string{"trouble Certificate batchgate is not ready: cert-manager has not looked at it", "trouble Issuer batchgate is not ready: secret not found"}},
		"the caBundle follows the leaf": {issuance, func(_ *testing.T, f *facts) { f.byCertManager(); f.mutating.value.Annotations = nil },
			[]string{"trouble MutatingWebhookConfiguration batchgate: the annotation cert-manager.io/inject-ca-from-secret is \"\""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f, s := well(t), &sheet{}
			if test.damage != nil {
				test.damage(t, f)
			}
			test.check(f, s)
			var got []string
			for i, found := range s.findings {
				text := string(found.Status) + " " + found.Text
				if i < len(test.want) && strings.HasPrefix(text, test.want[i]) {
					text = test.want[i]
				}
				got = append(got, text)
				if found.Status == Trouble && found.Do == "" {
					t.Errorf("%s: nobody is told what to do", text)
				}
				if found.Page != "" {
					if _, err := os.Stat(filepath.Join("..", "..", "..", "..", "manifests", "runbook", found.Page+".md")); err != nil {
						t.Error(err)
					}
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

func everything() []admissionv1.RuleWithOperations {
	return []admissionv1.RuleWithOperations{{
		Operations: []admissionv1.OperationType{admissionv1.OperationAll},
		Rule:       admissionv1.Rule{APIGroups: []string{"*"}, APIVersions: []string{"*"}, Resources: []string{"*"}},
	}}
}
