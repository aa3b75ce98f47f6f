package doctor

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	admissionv1 "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"sigs.k8s.io/yaml"

	"github.com/batchgate/batchgate/manifests"
)

// shipped are the two webhooks as base has them.
func shipped() (mutating, validating webhook) {
	m, v := &admissionv1.MutatingWebhookConfiguration{}, &admissionv1.ValidatingWebhookConfiguration{}
	for text, into := range map[*[]byte]any{&manifests.MutatingWebhook: m, &manifests.ValidatingWebhook: v} {
		if err := yaml.UnmarshalStrict(*text, into); err != nil {
			panic("doctor: the manifests are part of the program: " + err.Error())
		}
	}
	return mutatingOf(m)[0], validatingOf(v)[0]
}

// configurations compares both with what is shipped. Failure policy, timeout and
// more namespaces that are left alone are for the platform to decide.
func configurations(f *facts, s *sheet) {
	mutating, validating := shipped()
	found := 0
	for _, each := range []struct {
		want webhook
		err  error
		got  func() []webhook
	}{
		{mutating, f.mutating.err, func() []webhook { return mutatingOf(f.mutating.value) }},
		{validating, f.validating.err, func() []webhook { return validatingOf(f.validating.value) }},
	} {
		what := each.want.kind + " " + f.name
		switch {
		case absent(each.err):
			s.trouble(what+" is not there: nothing is "+does(each.want)+" in this cluster", "apply the manifests again", "emergency-removal")
		case each.err != nil:
			s.notChecked(what, each.err)
		default:
			at := slices.IndexFunc(each.got(), func(w webhook) bool { return w.name == each.want.name })
			if at < 0 {
				s.trouble(what+" has no webhook "+each.want.name+": nothing is "+does(each.want)+" in this cluster", "apply the manifests again", "upgrade")
				continue
			}
			if compare(f, s, each.want, each.got()[at]) {
				found++
			}
		}
	}
	if found == 2 {
		s.ok("both webhook configurations are as they are shipped")
	}
}

func does(w webhook) string {
	if w.kind == "MutatingWebhookConfiguration" {
		return "filled in"
	}
	return "refused"
}

// compare is true when a webhook is as it is shipped in all that matters.
func compare(f *facts, s *sheet, want, got webhook) bool {
	before := len(s.findings)
	for _, d := range []struct {
		field     string
		want, got any
		meaning   string
	}{
		{"rules", ruled(want.rules), ruled(got.rules), "what it is asked about is not what it is made for"},
		{"matchPolicy", want.match, got.match, "Jobs of another API version would go past it"},
		{"sideEffects", want.sideEffects, got.sideEffects, "dry runs would be refused, or leave traces"},
		{"reinvocationPolicy", want.reinvocation, got.reinvocation, "containers that a webhook after it adds are not filled in"},
		{"admissionReviewVersions", want.versions, got.versions, "the API server may not be able to call it"},
		{"matchConditions", conditioned(want.conditions), conditioned(got.conditions), "requests that it should see go past it, or the other way round"},
		{"objectSelector", metav1.FormatLabelSelector(&want.objects), metav1.FormatLabelSelector(&got.objects), "whoever sets a label goes past it"},
		{"clientConfig.service", serviceOf(f, want), serviceOf(f, got), "somebody else is asked"},
	} {
		if !reflect.DeepEqual(d.want, d.got) {
			s.trouble(fmt.Sprintf("%s %s: %s is %v, shipped is %v: %s", got.kind, f.name, d.field, d.got, d.want, d.meaning),
				"apply the manifests again", "upgrade")
		}
	}
	for _, namespace := range []string{f.namespace, "kube-system"} {
		if selects(got.namespaces, map[string]string{corev1.LabelMetadataName: namespace}) {
			s.trouble(fmt.Sprintf("%s %s: the namespaceSelector does not leave out %s: while the gate is down, what it needs to come back waits for it",
				got.kind, f.name, namespace), "exclude it by the label "+corev1.LabelMetadataName+", as the manifests do", "lock-out")
		}
	}
	if got.timeout > 10 {
		s.warning(fmt.Sprintf("%s %s: timeoutSeconds is %d: while no replica answers, every request waits for as long", got.kind, f.name, got.timeout),
			"set it to 5", "")
	}
	return len(s.findings) == before
}

// ruled is rules in one line.
func ruled(rules []admissionv1.RuleWithOperations) string {
	var lines []string
	for _, r := range rules {
		lines = append(lines, fmt.Sprintf("%v of %v in %v/%v, %s", r.Operations, r.Resources, r.APIGroups, r.APIVersions, or(r.Scope, admissionv1.AllScopes)))
	}
	return strings.Join(lines, "; ")
}

func conditioned(conditions []admissionv1.MatchCondition) string {
	var lines []string
	for _, c := range conditions {
		lines = append(lines, c.Name+": "+strings.Join(strings.Fields(c.Expression), " "))
	}
	return strings.Join(lines, "; ")
}

// serviceOf is whom a webhook asks. A chart has its own namespace.
func serviceOf(f *facts, w webhook) string {
	service := w.client.Service
	if service == nil {
		return "none, but a URL"
	}
	namespace := service.Namespace
	if namespace == "batchgate-system" {
		namespace = f.namespace
	}
	return fmt.Sprintf("%s/%s%s", namespace, service.Name, or(service.Path, ""))
}

func selects(selector metav1.LabelSelector, of map[string]string) bool {
	s, err := metav1.LabelSelectorAsSelector(&selector)
	return err == nil && s.Matches(labels.Set(of))
}
