//go:build !linux

package certs

import "time"

// elapsed is the time since a moment that does not matter.
func elapsed() time.Duration { return time.Since(time.Unix(0, 0)) }
