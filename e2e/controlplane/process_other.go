//go:build unix && !linux

package controlplane

import "syscall"

// attributes leave the program in the parent's process group, so that a Ctrl-C reaches it: no kernel but Linux ends a
// program with its parent.
func attributes(detach bool) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setsid: detach}
}
