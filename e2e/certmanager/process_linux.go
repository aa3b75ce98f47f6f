package certmanager

import "syscall"

// attributes make the kernel end the program with its parent, also when the parent is killed.
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
