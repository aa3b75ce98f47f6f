package certs

import (
	"time"

	"golang.org/x/sys/unix"
)

// elapsed is the time since the machine was started. Unlike Go's monotonic
// clock, this one goes on while the machine is suspended.
func elapsed() time.Duration {
	var t unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &t); err != nil {
		panic(err) // every kernel since 2.6.39 has it
	}
	return time.Duration(t.Nano())
}
