package webhook

import (
	"container/list"
	"sync"
	"time"
)

// arrivalGrace is how long a body may be on its way when others find no place. The
// API server has a whole review in hand when it sends.
const arrivalGrace = time.Second

// arrivals are the bodies on their way, the one that began first at the front. When
// there are as many as there may be, a newcomer takes the place of that one, if it has
// had its time: who stalls on many connections must not shut others out.
type arrivals struct {
	mu   sync.Mutex
	most int
	list list.List // of *body
}

// enter reports whether there is a place for a body, which leave gives back.
func (a *arrivals) enter(b *body) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.list.Len() >= a.most {
		oldest, _ := a.list.Front().Value.(*body)
		if time.Since(oldest.began) < arrivalGrace {
			return false
		}
		a.list.Remove(oldest.place)
		oldest.place = nil
		oldest.displaced = true
		oldest.cut()
	}
	b.place = a.list.PushBack(b)
	return true
}

// leave reports whether the body had to make room for another one.
func (a *arrivals) leave(b *body) (displaced bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if b.place != nil {
		a.list.Remove(b.place)
		b.place = nil
	}
	return b.displaced
}
