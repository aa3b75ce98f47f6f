package doctor

import "time"

// Patience is how long a Pod may take that does not answer, such as one on a node that is
// gone: what else is asked still needs time. Zeros are the usual ones.
type Patience struct {
	Page time.Duration // a page through the API server
	Near time.Duration // a straight way, which is there or not
	Far  time.Duration // a connection through the API server
}

// usual gives the usual bounds where there are none.
func (p Patience) usual() Patience {
	for _, bound := range []struct {
		of *time.Duration
		is time.Duration
	}{{&p.Page, 4 * time.Second}, {&p.Near, 2 * time.Second}, {&p.Far, 5 * time.Second}} {
		if *bound.of <= 0 {
			*bound.of = bound.is
		}
	}
	return p
}
