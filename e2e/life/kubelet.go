package life

import (
	"context"
	"slices"
	"sync"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
)

// kubelet runs the Pods of its nodes.
type kubelet struct {
	client kubernetes.Interface
	dir    string
	nodes  []string

	mu      sync.Mutex
	pods    map[types.UID]*pod
	running sync.WaitGroup
}

func newKubelet(client kubernetes.Interface, dir string, nodes []string) *kubelet {
	return &kubelet{client: client, dir: dir, nodes: nodes, pods: map[types.UID]*pod{}}
}

// start watches Pods from now on. The context bounds the start only.
func (k *kubelet) start(ctx context.Context) (stop func(), err error) {
	living, end := context.WithCancel(context.WithoutCancel(ctx))
	factory := informers.NewSharedInformerFactory(k.client, 0)
	informer := factory.Core().V1().Pods().Informer()
	_, err = informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { k.see(living, object) },
		UpdateFunc: func(_, object any) { k.see(living, object) },
		DeleteFunc: k.forget,
	})
	if err != nil {
		end()
		return nil, err
	}
	factory.Start(living.Done())
	stop = func() {
		end()
		factory.Shutdown()
		k.running.Wait()
	}
	if !cache.WaitForCacheSync(ctx.Done(), informer.HasSynced) {
		stop()
		return nil, ctx.Err()
	}
	return stop, nil
}

// see starts a Pod that kwok has declared running, once, and ends one that is to be deleted.
func (k *kubelet) see(ctx context.Context, object any) {
	seen, ok := object.(*corev1.Pod)
	if !ok || seen.Status.Phase != corev1.PodRunning || !slices.Contains(k.nodes, seen.Spec.NodeName) {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	running := k.pods[seen.UID]
	if running == nil && ctx.Err() == nil {
		running = newPod(k.client, k.dir, seen)
		k.pods[seen.UID] = running
		k.running.Go(func() { running.live(ctx) })
	}
	if running != nil && seen.DeletionTimestamp != nil {
		running.terminate()
	}
}

// forget ends what is left of a Pod that is gone, as by a forced deletion.
func (k *kubelet) forget(object any) {
	if last, ok := object.(cache.DeletedFinalStateUnknown); ok {
		object = last.Obj
	}
	gone, ok := object.(*corev1.Pod)
	if !ok {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if running := k.pods[gone.UID]; running != nil {
		running.terminate()
		delete(k.pods, gone.UID)
	}
}
