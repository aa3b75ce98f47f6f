package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/batchgate/batchgate/policies/source"
)

// gateDeployment is the Deployment of the shipped manifests.
const gateDeployment = "batchgate"

func newSnapshotClient(config *rest.Config) (clientset.Interface, error) {
	return clientset.NewForConfig(config)
}

// take reads everything.
func (o snapshotOptions) take(ctx context.Context, cluster clientset.Interface) (*clusterContext, error) {
	version, err := cluster.Discovery().ServerVersion()
	if err != nil {
		return nil, fmt.Errorf("API server: %w", err)
	}
	c := &clusterContext{Metadata: contextMetadata{Taken: o.now().UTC().Truncate(time.Second), Kubernetes: version.GitVersion}}
	names, err := o.readNamespaces(ctx, cluster, c)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		limits, err := cluster.CoreV1().LimitRanges(name).List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, wanting("list limitranges in "+name, err)
		}
		for _, l := range limits.Items {
			c.add("LimitRange", &l, l.ObjectMeta, map[string]any{"spec": l.Spec})
		}
		quotas, err := cluster.CoreV1().ResourceQuotas(name).List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, wanting("list resourcequotas in "+name, err)
		}
		for _, q := range quotas.Items { // what is used of them tells what is left
			c.add("ResourceQuota", &q, q.ObjectMeta, map[string]any{"spec": q.Spec, "status": q.Status})
		}
	}
	if !o.withoutPolicy {
		if c.Policy, err = o.readPolicy(ctx, cluster); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (o snapshotOptions) readNamespaces(ctx context.Context, cluster clientset.Interface, c *clusterContext) ([]string, error) {
	var found []corev1.Namespace
	if len(o.namespaces) == 0 {
		all, err := cluster.CoreV1().Namespaces().List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, wanting("list namespaces", err)
		}
		found = all.Items
	}
	for _, name := range o.namespaces {
		one, err := cluster.CoreV1().Namespaces().Get(ctx, name, metav1.GetOptions{})
		if apierrors.IsNotFound(err) {
			return nil, fmt.Errorf("--only %s: there is no such namespace", name)
		}
		if err != nil {
			return nil, wanting("get the namespace "+name, err)
		}
		found = append(found, *one)
	}
	var names []string
	for _, n := range found {
		names = append(names, n.Name)
		c.add("Namespace", &n, n.ObjectMeta, nil)
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// readPolicy reads what the gate's Deployment names: a preset, or the ConfigMap that
// is mounted where its policy lies.
func (o snapshotOptions) readPolicy(ctx context.Context, cluster clientset.Interface) (*contextPolicy, error) {
	d, err := cluster.AppsV1().Deployments(o.gate).Get(ctx, gateDeployment, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		return nil, fmt.Errorf("there is no Deployment %s in %s; name its namespace with --namespace, or leave the policy out with --without-policy", gateDeployment, o.gate)
	}
	if err != nil {
		return nil, wanting("get the Deployment "+gateDeployment+" in "+o.gate, err)
	}
	spec, container := policyOf(d)
	if spec == "" || slices.Contains(source.Presets(), spec) {
		return &contextPolicy{Preset: spec}, nil
	}
	volume := mountedAt(container, spec)
	for _, v := range d.Spec.Template.Spec.Volumes {
		if v.Name != volume || v.ConfigMap == nil {
			continue
		}
		m, err := cluster.CoreV1().ConfigMaps(o.gate).Get(ctx, v.ConfigMap.Name, metav1.GetOptions{})
		if err != nil {
			return nil, wanting("get the ConfigMap "+v.ConfigMap.Name+" in "+o.gate, err)
		}
		return &contextPolicy{Files: projected(m, v.ConfigMap.Items)}, nil
	}
	return nil, fmt.Errorf("the gate's policy %s comes from no ConfigMap; give it to check with --policy, and leave it out here with --without-policy", spec)
}

// policyOf is the value of --policy, and the container that has it.
func policyOf(d *appsv1.Deployment) (string, corev1.Container) {
	for _, c := range d.Spec.Template.Spec.Containers {
		for _, arg := range c.Args {
			if value, found := strings.CutPrefix(arg, "--policy="); found {
				return value, c
			}
		}
	}
	return "", corev1.Container{}
}

func mountedAt(c corev1.Container, path string) string {
	for _, m := range c.VolumeMounts {
		if path == m.MountPath || strings.HasPrefix(path, strings.TrimSuffix(m.MountPath, "/")+"/") {
			return m.Name
		}
	}
	return ""
}

// projected are the files that a volume of a ConfigMap shows.
func projected(m *corev1.ConfigMap, items []corev1.KeyToPath) map[string]string {
	if len(items) == 0 {
		return maps.Clone(m.Data)
	}
	files := map[string]string{}
	for _, item := range items {
		files[item.Path] = m.Data[item.Key]
	}
	return files
}

// wanting names the right that is missing.
func wanting(what string, err error) error {
	if apierrors.IsForbidden(err) {
		return fmt.Errorf("you may not %s; ask as somebody who may, or save less with --only and --without-policy: %w", what, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}
