package controlplane

import "syscall"

// attributes make the kernel end the program with its parent, also when the parent is killed. In a process group of its
// own it does not see a Ctrl-C meant for the parent, which then stops everything in order.
func attributes(detach bool) *syscall.SysProcAttr {
	if detach {
		return &syscall.SysProcAttr{Setsid: true}
	}
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
