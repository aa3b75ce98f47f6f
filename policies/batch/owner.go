package batch

import (
	"bytes"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/open-policy-agent/opa/v1/ast"
)

// What Owner.Controller says.
const (
	ControllerCronJob  = "cronjob"  // the CronJob controller created this Job
	ControllerManual   = "manual"   // somebody else created a Job that a CronJob controls
	ControllerOperator = "operator" // some other object controls this one
)

// Owner is whose object it is. A field is "" when it does not apply.
type Owner struct {
	APIGroup, Kind, Name string // of the controlling owner reference
	UID                  string // of the same; no rule reads it
	Controller           string // ControllerCronJob, ControllerManual or ControllerOperator
	Reconciler           string // who creates the object again when it is gone: "argocd", "flux", "helm", …
	Hook                 string // whose hook it is: "helm" or "argocd"
	Manager              string // spec.managedBy, when it is not the Job controller
	Queue                string // the Kueue queue it waits in
}

// OwnerOf says whose an object is. user is who sends the request: only that
// tells a run of the CronJob controller from one that somebody made look so.
func OwnerOf(o *Object, user string) Owner {
	w := Owner{Reconciler: o.reconciler(), Hook: o.hook()}
	w.APIGroup, w.Kind, w.Name, w.UID = o.controller()
	switch {
	case w.Kind == "":
	case o.kind == Job && w.APIGroup == "batch" && w.Kind == string(CronJob):
		w.Controller = ControllerManual
		if user == "system:serviceaccount:kube-system:cronjob-controller" || user == "system:kube-controller-manager" {
			w.Controller = ControllerCronJob
		}
	default:
		w.Controller = ControllerOperator
	}
	if manager := stringAt(o.jobSpec(), "managedBy"); manager != "kubernetes.io/job-controller" {
		w.Manager = manager
	}
	w.Queue = stringAt(memberAt(memberAt(o.job(), "metadata"), "labels"), "kueue.x-k8s.io/queue-name")
	return w
}

// Term is the owner as rules read it: an object of the fields that apply.
func (w Owner) Term() *ast.Term {
	pairs := make([][2]*ast.Term, 0, 8)
	for _, part := range [][2]string{
		{"apiGroup", w.APIGroup}, {"controller", w.Controller}, {"hook", w.Hook}, {"kind", w.Kind},
		{"manager", w.Manager}, {"name", w.Name}, {"queue", w.Queue}, {"reconciler", w.Reconciler},
	} {
		if part[1] != "" {
			pairs = append(pairs, [2]*ast.Term{words.term(part[0]), words.term(part[1])})
		}
	}
	return ast.ObjectTerm(pairs...)
}

// controller is the owner reference that is marked as the controller.
func (o *Object) controller() (group, kind, name, uid string) {
	t := memberAt(o.metadata(), "ownerReferences")
	if t == nil {
		return "", "", "", ""
	}
	list, ok := t.Value.(*ast.Array)
	if !ok {
		return "", "", "", ""
	}
	for i := range list.Len() {
		reference := list.Elem(i)
		if controls := memberAt(reference, "controller"); controls == nil || controls.Value != ast.Boolean(true) {
			continue
		}
		version := stringAt(reference, "apiVersion")
		if before, _, grouped := strings.Cut(version, "/"); grouped {
			group = before
		}
		return group, stringAt(reference, "kind"), stringAt(reference, "name"), stringAt(reference, "uid")
	}
	return "", "", "", ""
}

// markingLabels are the labels that OwnerOf looks at.
func markingLabels() []string {
	return []string{
		"addonmanager.kubernetes.io/mode", "app.kubernetes.io/managed-by", "argocd.argoproj.io/instance",
		"helm.toolkit.fluxcd.io/name", "kapp.k14s.io/app", "kueue.x-k8s.io/queue-name",
		"kustomize.toolkit.fluxcd.io/name", "objectset.rio.cattle.io/hash", "olm.owner",
	}
}

// markingAnnotations are the annotations that OwnerOf looks at.
func markingAnnotations() []string {
	return []string{
		"argocd.argoproj.io/compare-options", "argocd.argoproj.io/hook", "argocd.argoproj.io/sync-options",
		"argocd.argoproj.io/sync-wave", "argocd.argoproj.io/tracking-id", "configmanagement.gke.io/managed",
		"helm.sh/hook", "meta.helm.sh/release-name", "objectset.rio.cattle.io/id",
	}
}

// hook names the tool whose hook the object is.
func (o *Object) hook() string {
	annotations := memberAt(o.metadata(), "annotations")
	switch {
	case has(annotations, "argocd.argoproj.io/hook") && stringAt(annotations, "argocd.argoproj.io/hook") != "Skip":
		return "argocd"
	case has(annotations, "helm.sh/hook"):
		return "helm"
	}
	return ""
}

// reconciler names the tool that keeps the object as it is. Tools that drive
// others come first: Argo CD and Flux leave Helm's marks too.
func (o *Object) reconciler() string {
	labels, annotations := memberAt(o.metadata(), "labels"), memberAt(o.metadata(), "annotations")
	managedBy := strings.ToLower(stringAt(labels, "app.kubernetes.io/managed-by"))
	switch {
	case has(annotations, "argocd.argoproj.io/tracking-id"), has(labels, "argocd.argoproj.io/instance"),
		has(annotations, "argocd.argoproj.io/sync-options"), has(annotations, "argocd.argoproj.io/sync-wave"),
		has(annotations, "argocd.argoproj.io/compare-options"), o.evidence.writtenBy("argocd-controller"):
		return "argocd"
	case has(labels, "kustomize.toolkit.fluxcd.io/name"), has(labels, "helm.toolkit.fluxcd.io/name"):
		return "flux"
	case has(labels, "kapp.k14s.io/app"):
		return "kapp"
	case has(labels, "objectset.rio.cattle.io/hash"), has(annotations, "objectset.rio.cattle.io/id"):
		return "fleet"
	case has(labels, "olm.owner"):
		return "olm"
	case stringAt(labels, "addonmanager.kubernetes.io/mode") == "Reconcile":
		return "addon-manager"
	case stringAt(annotations, "configmanagement.gke.io/managed") == "enabled":
		return "config-sync"
	case has(annotations, "meta.helm.sh/release-name"), managedBy == "helm":
		return "helm"
	case managedBy == "pulumi":
		return "pulumi"
	case managedBy == "terraform", o.evidence.writtenBy("Terraform"), o.evidence.writtenBy("HashiCorp"):
		return "terraform"
	}
	return ""
}

// writtenBy looks for the name that a tool writes under.
func (e *evidence) writtenBy(manager string) bool {
	if !bytes.Contains(e.managedFields, []byte(manager)) {
		return false // nearly always, and quickly said
	}
	found := false
	each(e.managedFields, func(entry jsontext.Value) {
		found = found || string(member(entry, "manager")) == `"`+manager+`"`
	})
	return found
}
