package catalogue

import (
	"runtime"
	"sync"
)

// shares has n things done in as many parts as there are CPUs, at once. The caller
// waits for them.
func shares(n int, part func(from, end int)) *sync.WaitGroup {
	parts := min(runtime.GOMAXPROCS(0), n)
	all := &sync.WaitGroup{}
	for i := range parts {
		all.Go(func() { part(i*n/parts, (i+1)*n/parts) })
	}
	return all
}
