package source

import (
	"errors"
	"syscall"
)

// Unread is the error of a set whose files are there and could not be read: a right that
// is missing, a disk that fails, too many open files. The same files may load later.
type Unread struct{ Err error }

func (u *Unread) Error() string { return u.Err.Error() }

// Unwrap is what could not be read, and whatever else is wrong.
func (u *Unread) Unwrap() error { return u.Err }

// passing reports whether an error of the file system may go away while what lies
// there stays as it is.
func passing(err error) bool {
	var number syscall.Errno
	if !errors.As(err, &number) {
		return false
	}
	switch number {
	case syscall.ENOENT, syscall.ENOTDIR, syscall.EISDIR, syscall.ELOOP, syscall.EINVAL, syscall.ENAMETOOLONG, syscall.ENXIO, syscall.ENODEV:
		return false
	}
	return true
}
