package install

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	admissionv1 "k8s.io/api/admission/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/uuid"

	"github.com/batchgate/batchgate/certs"
	"github.com/batchgate/batchgate/e2e/certmanager"
	"github.com/batchgate/batchgate/e2e/rendered"
)

const (
	core         = ""
	registration = "admissionregistration.k8s.io"
	clusterRole  = "ClusterRole batchgate"
	role         = "Role batchgate"
)

// olderAPIServer is one that cannot stream a list, as those before 1.32: clients list before they watch.
func olderAPIServer() []string { return []string{"KUBE_FEATURE_WatchListClient=false"} }

func ready(ctx context.Context, g *gate) error { return g.Ready(ctx) }

// follows is nil while the gate is told of changes and need not ask.
func follows(resource, name string) func(context.Context, *gate) error {
	return func(_ context.Context, g *gate) error {
		codes := answers(right{verb: "watch", resource: resource, name: name}, g.since)
		if len(codes) == 0 || codes[len(codes)-1] != http.StatusOK {
			return fmt.Errorf("its watches of %s were answered with %v", resource, codes)
		}
		return nil
	}
}

// everyInstallation are what each one needs.
func everyInstallation() map[right]function {
	all := map[right]function{
		{clusterRole, "get", core, "namespaces", ""}: {what: "it judges a Job in a namespace that it has not heard of yet", works: judgesAtOnce},
		{role, "create", core, "events", ""}:         {what: "it tells in an Event what is wrong with its policy", works: tells},
	}
	for _, resource := range []string{"namespaces", "limitranges", "resourcequotas"} {
		all[right{clusterRole, "list", core, resource, ""}] = function{
			what: "it knows all " + resource + " before it is ready", works: ready, env: olderAPIServer(),
		}
		all[right{clusterRole, "watch", core, resource, ""}] = function{
			what: "it is told of changes of " + resource, works: follows(resource, ""),
		}
	}
	return all
}

// selfSigned are what an installation with a CA of its own needs besides.
func selfSigned() map[right]function {
	functions := map[right]function{}
	trusted := function{what: "the API server trusts its certificate before it is ready", works: ready}
	for _, resource := range []string{"mutatingwebhookconfigurations", "validatingwebhookconfigurations"} {
		functions[right{clusterRole, "get", registration, resource, "batchgate"}] = trusted
		functions[right{clusterRole, "patch", registration, resource, "batchgate"}] = trusted
	}
	functions[right{role, "create", core, "secrets", ""}] = function{what: "it makes a CA", works: ready}
	functions[right{role, "get", core, "secrets", certs.SecretName}] = function{what: "replicas share a CA", works: ready}
	functions[right{role, "update", core, "secrets", certs.SecretName}] = function{what: "it makes another CA when it is asked to", works: rotates}
	return functions
}

func TestEveryRightOfASelfSignedInstallationIsNeeded(t *testing.T) {
	functions := everyInstallation()
	maps.Copy(functions, selfSigned())
	install{manifests: rendered.Kustomize(t), functions: functions, reset: firstTime(certs.SecretName)}.holds(t)
}

func TestEveryRightOfAnInstallationWithCertManagerIsNeeded(t *testing.T) {
	manager, err := certmanager.Start(t.Context(), shared.ControlPlane, os.Stderr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := manager.Stop(); err != nil {
			t.Error(err)
		}
	})
	const trust, leaf = certs.TrustSecretName, "batchgate-serving"
	functions := map[right]function{}
	seen := function{what: "it knows whom the API server trusts before it is ready", works: ready}
	for _, resource := range []string{"mutatingwebhookconfigurations", "validatingwebhookconfigurations"} {
		functions[right{clusterRole, "get", registration, resource, "batchgate"}] = seen
	}
	functions[right{role, "create", core, "secrets", ""}] = function{what: "it says whom to trust", works: ready}
	functions[right{role, "get", core, "secrets", trust}] = function{what: "replicas agree on whom to trust", works: ready}
	functions[right{role, "update", core, "secrets", trust}] = function{what: "it has another CA trusted beside the one before", works: widens(manager)}
	functions[right{role, "list", core, "secrets", leaf}] = function{what: "it hears of a certificate that was issued", works: follows("secrets", leaf), env: olderAPIServer()}
	functions[right{role, "watch", core, "secrets", leaf}] = function{what: "it is told of a certificate that was issued", works: follows("secrets", leaf)}
	install{
		overlay: "overlays/cert-manager", manifests: rendered.Kustomize(t, "cert-manager"), args: []string{"--certs=cert-manager"},
		functions: functions, elsewhere: everyInstallation(), reset: firstTime(trust),
	}.holds(t)
}

func TestEventsOnCronJobsNeedTheRightOfTheirComponent(t *testing.T) {
	install{
		overlay: "../e2e/testdata/events", args: []string{"--events"}, reset: firstTime(certs.SecretName),
		functions: map[right]function{
			{"ClusterRole batchgate-events", "create", core, "events", ""}: {what: "it tells the author of a CronJob what its Jobs break", works: tellsAuthors},
		},
	}.fails(t)
}

// policyFile is a policy that tests may break.
func policyFile(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "own.yaml")
	policy := "apiVersion: batchgate.dev/v1alpha1\nkind: BatchPolicy\nmetadata: {name: rights}\nextends: recommended\n"
	if err := os.WriteFile(file, []byte(policy), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// tells breaks the policy, in another way each time.
func tells(_ context.Context, g *gate) error {
	text, err := os.ReadFile(g.policy)
	if err != nil {
		return err
	}
	if err := os.WriteFile(g.policy, append(text, 'x'), 0o600); err != nil {
		return err
	}
	if codes := answers(right{verb: "create", resource: "events"}, g.since); !slices.Contains(codes, http.StatusCreated) {
		return fmt.Errorf("Events were answered with %v", codes)
	}
	return nil
}

// tellsAuthors has the CronJob controller make a Job that breaks a rule.
func tellsAuthors(ctx context.Context, g *gate) error {
	if _, err := review(ctx, g, "default", "system:serviceaccount:kube-system:cronjob-controller"); err != nil {
		return err
	}
	events, err := shared.Client().CoreV1().Events("default").List(ctx, metav1.ListOptions{FieldSelector: "reason=BatchPolicy"})
	if err == nil && len(events.Items) == 0 {
		err = errors.New("no Event was written")
	}
	return err
}

// judgesAtOnce has Jobs judged in namespaces that were made a moment ago, some of which the gate has not been told of yet.
func judgesAtOnce(ctx context.Context, g *gate) error {
	for range 10 {
		namespace := &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{GenerateName: "new-"}}
		namespace, err := shared.Client().CoreV1().Namespaces().Create(ctx, namespace, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		code, err := review(ctx, g, namespace.Name, "alice")
		if err != nil {
			return err
		}
		if code != http.StatusOK {
			return fmt.Errorf("a Job in %s is answered with %d", namespace.Name, code)
		}
	}
	return nil
}

// rotates asks for a new CA, which is to be trusted beside the one before.
func rotates(ctx context.Context, g *gate) error {
	if !g.asked {
		result := shared.Kubectl(ctx, "", "-n", rendered.Namespace, "annotate", "--overwrite", "secret", certs.SecretName,
			certs.AnnotationRotate+"="+strconv.FormatInt(time.Now().UnixNano(), 10))
		if result.Code != 0 {
			return errors.New(result.Output)
		}
		g.asked = g.Ready(ctx) == nil // what is asked before the first CA is there is no request for another
	}
	configuration, err := shared.Client().AdmissionregistrationV1().ValidatingWebhookConfigurations().Get(ctx, certs.ConfigurationName, metav1.GetOptions{})
	if err != nil {
		return err
	}
	return twoCAs(configuration.Webhooks[0].ClientConfig.CABundle)
}

// widens has cert-manager issue another CA and a leaf of it.
func widens(manager *certmanager.CertManager) func(context.Context, *gate) error {
	return func(ctx context.Context, g *gate) error {
		if err := g.Ready(ctx); err != nil {
			return err
		}
		for _, name := range []string{"batchgate-ca", "batchgate"} {
			if g.asked {
				break
			}
			if err := manager.Renew(ctx, rendered.Namespace, name); err != nil {
				return err
			}
		}
		g.asked = true
		secret, err := manager.Secret(ctx, rendered.Namespace, certs.TrustSecretName)
		if err != nil {
			return err
		}
		return twoCAs(secret.Data["ca.crt"])
	}
}

func twoCAs(bundle []byte) error {
	if n := bytes.Count(bundle, []byte("BEGIN CERTIFICATE")); n < 2 {
		return fmt.Errorf("%d CAs are trusted, expected the new one and the one before", n)
	}
	return nil
}

// review asks the gate about a Job of a CronJob, as the API server would.
func review(ctx context.Context, g *gate, namespace, user string) (code int, err error) {
	job := &batchv1.Job{
		TypeMeta: metav1.TypeMeta{APIVersion: "batch/v1", Kind: "Job"},
		ObjectMeta: metav1.ObjectMeta{
			Name: "nightly-1", Namespace: namespace,
			OwnerReferences: []metav1.OwnerReference{{APIVersion: "batch/v1", Kind: "CronJob", Name: "nightly", UID: uuid.NewUUID(), Controller: new(true)}},
		},
		Spec: batchv1.JobSpec{Template: corev1.PodTemplateSpec{Spec: corev1.PodSpec{
			RestartPolicy: corev1.RestartPolicyNever,
			Containers:    []corev1.Container{{Name: "main", Image: "registry.example.com/tools/report:latest"}},
		}}},
	}
	object, err := json.Marshal(job)
	if err != nil {
		return 0, err
	}
	body, err := json.Marshal(&admissionv1.AdmissionReview{
		TypeMeta: metav1.TypeMeta{APIVersion: "admission.k8s.io/v1", Kind: "AdmissionReview"},
		Request: &admissionv1.AdmissionRequest{
			UID: uuid.NewUUID(), Name: job.Name, Namespace: namespace, Operation: admissionv1.Create,
			Kind:     metav1.GroupVersionKind{Group: "batch", Version: "v1", Kind: "Job"},
			Resource: metav1.GroupVersionResource{Group: "batch", Version: "v1", Resource: "jobs"},
			UserInfo: authenticationv1.UserInfo{Username: user},
			Object:   runtime.RawExtension{Raw: object},
		},
	})
	if err != nil {
		return 0, err
	}
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}} // who verifies it is the API server
	defer transport.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, fmt.Sprintf("https://127.0.0.1:%d/validate?timeout=5s", g.Port), bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	return response.StatusCode, nil
}
