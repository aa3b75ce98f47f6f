package batch_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/policies/batch"
)

const cronJobController = "system:serviceaccount:kube-system:cronjob-controller"

func TestOwnerByController(t *testing.T) {
	t.Parallel()
	for sentence, tc := range map[string]struct {
		metadata map[string]any
		user     string
		want     batch.Owner
	}{
		"nobody's": {nil, cronJobController, batch.Owner{}},
		"a run of a CronJob": {owners("batch/v1", "CronJob", true), cronJobController,
			batch.Owner{APIGroup: "batch", Kind: "CronJob", Name: "n", Controller: batch.ControllerCronJob}},
		"a run of a CronJob without credentials of its own": {owners("batch/v1", "CronJob", true), "system:kube-controller-manager",
			batch.Owner{APIGroup: "batch", Kind: "CronJob", Name: "n", Controller: batch.ControllerCronJob}},
		"a person who names a CronJob": {owners("batch/v1", "CronJob", true), "jane",
			batch.Owner{APIGroup: "batch", Kind: "CronJob", Name: "n", Controller: batch.ControllerManual}},
		"a CronJob that does not control": {owners("batch/v1", "CronJob", false), cronJobController, batch.Owner{}},
		"a CronJob of another group": {owners("example.com/v1", "CronJob", true), cronJobController,
			batch.Owner{APIGroup: "example.com", Kind: "CronJob", Name: "n", Controller: batch.ControllerOperator}},
		"an operator's": {owners("jobset.x-k8s.io/v1alpha2", "JobSet", true), "any",
			batch.Owner{APIGroup: "jobset.x-k8s.io", Kind: "JobSet", Name: "n", Controller: batch.ControllerOperator}},
		"a core object's": {owners("v1", "Pod", true), "any",
			batch.Owner{Kind: "Pod", Name: "n", Controller: batch.ControllerOperator}},
	} {
		if diff := cmp.Diff(tc.want, batch.OwnerOf(job(t, tc.metadata, `{}`), tc.user)); diff != "" {
			t.Errorf("%s, -want +got:\n%s", sentence, diff)
		}
	}
	cronJob := parse(t, batch.CronJob, `{"metadata":{"ownerReferences":[{"apiVersion":"batch/v1","kind":"CronJob","name":"n","controller":true}]}}`)
	if got := batch.OwnerOf(cronJob, cronJobController).Controller; got != batch.ControllerOperator {
		t.Errorf("a CronJob that says a CronJob controls it: %q, want operator", got)
	}
}

func TestReconcilersAndHooks(t *testing.T) {
	t.Parallel()
	labels := func(key, value string) map[string]any { return map[string]any{"labels": map[string]any{key: value}} }
	annotations := func(key, value string) map[string]any {
		return map[string]any{"annotations": map[string]any{key: value}}
	}
	writer := func(name string) map[string]any {
		return map[string]any{"managedFields": []any{map[string]any{"manager": name, "operation": "Update"}}}
	}
	for sentence, tc := range map[string]struct {
		metadata map[string]any
		want     batch.Owner
	}{
		"Argo CD tracks by annotation":       {annotations("argocd.argoproj.io/tracking-id", "app:batch/Job:ns/n"), batch.Owner{Reconciler: "argocd"}},
		"Argo CD tracks by label":            {labels("argocd.argoproj.io/instance", "app"), batch.Owner{Reconciler: "argocd"}},
		"a Flux kustomization":               {labels("kustomize.toolkit.fluxcd.io/name", "app"), batch.Owner{Reconciler: "flux"}},
		"a Flux Helm release":                {labels("helm.toolkit.fluxcd.io/name", "app"), batch.Owner{Reconciler: "flux"}},
		"a Helm release":                     {annotations("meta.helm.sh/release-name", "r"), batch.Owner{Reconciler: "helm"}},
		"a Helm chart":                       {labels("app.kubernetes.io/managed-by", "Helm"), batch.Owner{Reconciler: "helm"}},
		"Pulumi":                             {labels("app.kubernetes.io/managed-by", "pulumi"), batch.Owner{Reconciler: "pulumi"}},
		"Terraform by label":                 {labels("app.kubernetes.io/managed-by", "terraform"), batch.Owner{Reconciler: "terraform"}},
		"Terraform by writer":                {writer("Terraform"), batch.Owner{Reconciler: "terraform"}},
		"Terraform by its maker":             {writer("HashiCorp"), batch.Owner{Reconciler: "terraform"}},
		"a writer with another name":         {writer("NotTerraform"), batch.Owner{}},
		"managed by somebody else":           {labels("app.kubernetes.io/managed-by", "me"), batch.Owner{}},
		"kapp":                               {labels("kapp.k14s.io/app", "1"), batch.Owner{Reconciler: "kapp"}},
		"Fleet":                              {labels("objectset.rio.cattle.io/hash", "1"), batch.Owner{Reconciler: "fleet"}},
		"OLM":                                {labels("olm.owner", "o"), batch.Owner{Reconciler: "olm"}},
		"the addon manager":                  {labels("addonmanager.kubernetes.io/mode", "Reconcile"), batch.Owner{Reconciler: "addon-manager"}},
		"the addon manager, once":            {labels("addonmanager.kubernetes.io/mode", "EnsureExists"), batch.Owner{}},
		"Config Sync":                        {annotations("configmanagement.gke.io/managed", "enabled"), batch.Owner{Reconciler: "config-sync"}},
		"Config Sync, given up":              {annotations("configmanagement.gke.io/managed", "disabled"), batch.Owner{}},
		"a Helm hook":                        {annotations("helm.sh/hook", "pre-install"), batch.Owner{Hook: "helm"}},
		"an Argo CD hook":                    {annotations("argocd.argoproj.io/hook", "Sync"), batch.Owner{Hook: "argocd"}},
		"a queue of Kueue":                   {labels("kueue.x-k8s.io/queue-name", "q"), batch.Owner{Queue: "q"}},
		"a chart that Argo CD applies":       {map[string]any{"labels": map[string]any{"app.kubernetes.io/managed-by": "Helm"}, "annotations": map[string]any{"argocd.argoproj.io/tracking-id": "x"}}, batch.Owner{Reconciler: "argocd"}},
		"a release that Flux applies":        {map[string]any{"labels": map[string]any{"helm.toolkit.fluxcd.io/name": "x"}, "annotations": map[string]any{"meta.helm.sh/release-name": "x"}}, batch.Owner{Reconciler: "flux"}},
		"a Helm hook that Argo CD runs":      {map[string]any{"annotations": map[string]any{"argocd.argoproj.io/hook": "Sync", "helm.sh/hook": "pre-install"}}, batch.Owner{Hook: "argocd"}},
		"a hook of a chart without releases": {map[string]any{"labels": map[string]any{"app.kubernetes.io/managed-by": "Helm"}, "annotations": map[string]any{"helm.sh/hook": "test"}}, batch.Owner{Reconciler: "helm", Hook: "helm"}},
	} {
		if diff := cmp.Diff(tc.want, batch.OwnerOf(job(t, tc.metadata, `{}`), "jane")); diff != "" {
			t.Errorf("%s, -want +got:\n%s", sentence, diff)
		}
	}
}

func TestOwnerOfTheJobTemplate(t *testing.T) {
	t.Parallel()
	o := parse(t, batch.CronJob, `{"spec":{"jobTemplate":{"metadata":{"labels":{"kueue.x-k8s.io/queue-name":"q"}},"spec":{"managedBy":"example.com/other"}}}}`)
	w := batch.OwnerOf(o, "jane")
	if diff := cmp.Diff(batch.Owner{Manager: "example.com/other", Queue: "q"}, w); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff(any(map[string]any{"manager": "example.com/other", "queue": "q"}), plain(t, w.Term())); diff != "" {
		t.Errorf("term, -want +got:\n%s", diff)
	}
	own := job(t, nil, `{"managedBy":"kubernetes.io/job-controller"}`)
	if got := batch.OwnerOf(own, "jane").Term().String(); got != "{}" {
		t.Errorf("the Job controller itself is owner %s, want {}", got)
	}
}
