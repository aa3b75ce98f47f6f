package webhook

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/rest"
	toolscache "k8s.io/client-go/tools/cache"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/batchgate/batchgate/policies/engine"
)

// lastApplied repeats the whole object; nobody reads it of a namespace.
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

// ClusterNamespaces knows the namespaces of a cluster, their LimitRanges and
// their ResourceQuotas by watching them. What a review needs is prepared when an
// event comes, so that asking is one lookup without a lock.
type ClusterNamespaces struct {
	cache    cache.Cache
	unheard  *unheard
	prepared sync.Map // name -> engine.Namespace
	synced   atomic.Bool

	mu          sync.Mutex
	labels      map[string]engine.Namespace // as the Namespace says, without constraints
	constraints engine.Constraints
}

// NewClusterNamespaces makes the caches; Run fills them.
func NewClusterNamespaces(config *rest.Config) (*ClusterNamespaces, error) {
	scheme := runtime.NewScheme()
	if err := corev1.AddToScheme(scheme); err != nil {
		return nil, err
	}
	// What is asked for is known, so that a start does not depend on an API server that can be asked about it.
	mapper := meta.NewDefaultRESTMapper(nil)
	mapper.Add(corev1.SchemeGroupVersion.WithKind("Namespace"), meta.RESTScopeRoot)
	mapper.Add(corev1.SchemeGroupVersion.WithKind("LimitRange"), meta.RESTScopeNamespace)
	mapper.Add(corev1.SchemeGroupVersion.WithKind("ResourceQuota"), meta.RESTScopeNamespace)
	watched, err := cache.New(config, cache.Options{
		Scheme: scheme,
		Mapper: mapper,
		ByObject: map[client.Object]cache.ByObject{
			&corev1.Namespace{}:  {Transform: trimNamespace},
			&corev1.LimitRange{}: {Transform: cache.TransformStripManagedFields()},

			&corev1.ResourceQuota{}: {Transform: trimQuota},
		},
	})
	if err != nil {
		return nil, fmt.Errorf("namespaces: %w", err)
	}
	live, err := client.New(config, client.Options{Scheme: scheme, Mapper: mapper})
	if err != nil {
		return nil, fmt.Errorf("namespaces: %w", err)
	}
	return newClusterNamespaces(watched, live), nil
}

func newClusterNamespaces(watched cache.Cache, live client.Reader) *ClusterNamespaces {
	return &ClusterNamespaces{
		cache:   watched,
		unheard: newUnheard(live),
		labels:  map[string]engine.Namespace{},
	}
}

func trimNamespace(in any) (any, error) {
	if ns, ok := in.(*corev1.Namespace); ok {
		ns.ManagedFields = nil
		delete(ns.Annotations, lastApplied)
		ns.Spec, ns.Status = corev1.NamespaceSpec{}, corev1.NamespaceStatus{}
	}
	return in, nil
}

func trimQuota(in any) (any, error) {
	if quota, ok := in.(*corev1.ResourceQuota); ok {
		quota.ManagedFields, quota.Annotations, quota.Labels = nil, nil, nil
		quota.Status.Hard = nil
	}
	return in, nil
}

// Run watches until ctx ends. It returns early only with an error.
func (n *ClusterNamespaces) Run(ctx context.Context) error {
	ended := make(chan error, 1)
	go func() { ended <- n.cache.Start(ctx) }()
	if err := n.follow(ctx); err != nil && ctx.Err() == nil {
		return fmt.Errorf("namespaces: %w", err)
	}
	return <-ended
}

func (n *ClusterNamespaces) follow(ctx context.Context) error {
	var synced []toolscache.InformerSynced
	for _, watch := range []struct {
		object  client.Object
		handler toolscache.ResourceEventHandler
	}{
		{&corev1.Namespace{}, events(n.setNamespace, n.dropNamespace)},
		{&corev1.LimitRange{}, events(n.setLimits, n.dropLimits)},
		{&corev1.ResourceQuota{}, events(n.setQuota, n.dropQuota)},
	} {
		informer, err := n.cache.GetInformer(ctx, watch.object, cache.BlockUntilSynced(false))
		if err != nil {
			return err
		}
		registration, err := informer.AddEventHandler(watch.handler)
		if err != nil {
			return err
		}
		synced = append(synced, registration.HasSynced)
	}
	if !toolscache.WaitForCacheSync(ctx.Done(), synced...) {
		return errors.New("the caches were not filled")
	}
	n.synced.Store(true)
	return nil
}

// events calls set for what is there and drop for what is gone.
func events[T any](set, drop func(T)) toolscache.ResourceEventHandler {
	return toolscache.ResourceEventHandlerFuncs{
		AddFunc: func(obj any) {
			if o, ok := obj.(T); ok {
				set(o)
			}
		},
		UpdateFunc: func(_, obj any) {
			if o, ok := obj.(T); ok {
				set(o)
			}
		},
		DeleteFunc: func(obj any) {
			if gone, ok := obj.(toolscache.DeletedFinalStateUnknown); ok {
				obj = gone.Obj
			}
			if o, ok := obj.(T); ok {
				drop(o)
			}
		},
	}
}

// Ready is nil once all caches hold everything.
func (n *ClusterNamespaces) Ready() error {
	if !n.synced.Load() {
		return errors.New("namespaces: the caches are not filled yet")
	}
	return nil
}

// Namespace is what is known of a namespace. The maps and slices are shared
// and must not be changed.
func (n *ClusterNamespaces) Namespace(ctx context.Context, name string) (engine.Namespace, error) {
	if err := n.Ready(); err != nil {
		return engine.Namespace{}, err
	}
	if ns, ok := n.prepared.Load(name); ok {
		return ns.(engine.Namespace), nil
	}
	ns, err := n.unheard.ask(ctx, name)
	if err != nil {
		return engine.Namespace{}, fmt.Errorf("namespace %s: %w", name, err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.constraints.Of(describe(ns)), nil
}

func describe(ns *corev1.Namespace) engine.Namespace {
	annotations := maps.Clone(ns.Annotations)
	delete(annotations, lastApplied)
	return engine.Namespace{Name: ns.Name, Labels: ns.Labels, Annotations: annotations, LabelsKnown: true, LimitsKnown: true, QuotasKnown: true}
}

func (n *ClusterNamespaces) setNamespace(ns *corev1.Namespace) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.labels[ns.Name] = describe(ns)
	n.prepared.Store(ns.Name, n.constraints.Of(n.labels[ns.Name]))
}

func (n *ClusterNamespaces) dropNamespace(ns *corev1.Namespace) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.labels, ns.Name)
	n.prepared.Delete(ns.Name)
}

func (n *ClusterNamespaces) setLimits(lr *corev1.LimitRange) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.constraints.SetLimits(lr.Namespace, lr.Name, lr)
	n.refresh(lr.Namespace)
}

func (n *ClusterNamespaces) dropLimits(lr *corev1.LimitRange) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.constraints.DropLimits(lr.Namespace, lr.Name)
	n.refresh(lr.Namespace)
}

func (n *ClusterNamespaces) setQuota(quota *corev1.ResourceQuota) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.constraints.SetQuota(quota.Namespace, quota.Name, quota)
	n.refresh(quota.Namespace)
}

func (n *ClusterNamespaces) dropQuota(quota *corev1.ResourceQuota) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.constraints.DropQuota(quota.Namespace, quota.Name)
	n.refresh(quota.Namespace)
}

func (n *ClusterNamespaces) refresh(name string) {
	if ns, ok := n.labels[name]; ok {
		n.prepared.Store(name, n.constraints.Of(ns))
	}
}
