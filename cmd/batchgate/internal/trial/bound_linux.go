package trial

import "syscall"

// bound has the kernel refuse this process more data than that: heap, stacks, and what
// the runtime maps for itself. What is only reserved does not count (getrlimit(2)).
func bound(bytes uint64) error {
	return syscall.Setrlimit(syscall.RLIMIT_DATA, &syscall.Rlimit{Cur: bytes, Max: bytes})
}
