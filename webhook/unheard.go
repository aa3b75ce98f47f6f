package webhook

import (
	"context"
	"errors"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

const (
	// liveTimeout bounds the one GET for a namespace that the cache has not heard of: its
	// first Job can be faster than the watch.
	liveTimeout = time.Second
	// liveAtOnce bounds those GETs for different names. The API server sends reviews of
	// namespaces that exist; whoever asks about others must not make it work.
	liveAtOnce = 8
	// missingFor is how long a name is known to be nobody's, and maxMissing how many are.
	missingFor = time.Second
	maxMissing = 256
)

var errManyUnheard = errors.New("too many namespaces at once that the watch has not shown")

// unheard are namespaces that the watch has not shown yet.
type unheard struct {
	live    client.Reader
	asking  singleflight.Group
	at      chan struct{} // a place for each GET
	mu      sync.Mutex
	missing map[string]missing
}

// missing is what was found of a name that is nobody's.
type missing struct {
	err   error
	until time.Time
}

func newUnheard(live client.Reader) *unheard {
	return &unheard{live: live, at: make(chan struct{}, liveAtOnce), missing: map[string]missing{}}
}

// ask asks the API server, once for all who want to know the same.
func (u *unheard) ask(ctx context.Context, name string) (*corev1.Namespace, error) {
	if err := u.known(name); err != nil {
		return nil, err
	}
	answer := u.asking.DoChan(name, func() (any, error) { return u.get(name) })
	select {
	case a := <-answer:
		if a.Err != nil {
			return nil, a.Err
		}
		return a.Val.(*corev1.Namespace), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (u *unheard) get(name string) (*corev1.Namespace, error) {
	ctx, cancel := context.WithTimeout(context.Background(), liveTimeout) // for all who asked, whoever of them goes
	defer cancel()
	select {
	case u.at <- struct{}{}:
		defer func() { <-u.at }()
	case <-ctx.Done():
		return nil, errManyUnheard
	}
	ns := new(corev1.Namespace)
	err := u.live.Get(ctx, client.ObjectKey{Name: name}, ns)
	if apierrors.IsNotFound(err) {
		u.remember(name, err)
	}
	return ns, err
}

// known is the error of a name that was nobody's a moment ago.
func (u *unheard) known(name string) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	m, ok := u.missing[name]
	if ok && time.Now().After(m.until) {
		delete(u.missing, name)
		return nil
	}
	return m.err
}

func (u *unheard) remember(name string, err error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	now := time.Now()
	if len(u.missing) >= maxMissing {
		for other, m := range u.missing {
			if now.After(m.until) {
				delete(u.missing, other)
			}
		}
	}
	if len(u.missing) < maxMissing {
		u.missing[name] = missing{err, now.Add(missingFor)}
	}
}
