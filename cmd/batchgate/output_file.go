package main

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
)

// unfinished is a file that takes the place of another one when it is complete,
// so that nobody reads half a report.
type unfinished struct {
	*os.File
	path string      // whose place it takes; "" where it is written in place
	over fs.FileInfo // what is there; nil: nothing
}

// create opens a file beside the one to which path leads: a link stays one. What is
// there and no regular file, such as a pipe, is written to as it is.
func create(path string) (*unfinished, error) {
	if path == "" {
		return nil, errors.New("expected the name of a file")
	}
	info, err := os.Stat(path)
	to := wayTo(path)
	if err == nil && !info.Mode().IsRegular() || to.opened() {
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		return &unfinished{File: file}, err
	}
	if err != nil {
		info = nil
	}
	file, err := beside(to.end, 0o644)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: pathless(err)}
	}
	return &unfinished{File: file, path: to.end, over: info}, nil
}

// opened tells whether a path leads through a file that a process has open, which is
// written to and not replaced.
func (w way) opened() bool {
	for _, link := range w.links {
		if strings.HasPrefix(link, "/proc/") {
			return true
		}
	}
	return false
}

// mostNames is how many names are tried for a file.
const mostNames = 100

// beside opens a new file in the directory of another one, with a mode of which the
// umask is taken away.
func beside(path string, mode fs.FileMode) (*os.File, error) {
	for range mostNames {
		name := fmt.Sprintf(".batchgate-%08x", rand.Uint32()) //nolint:gosec // nobody needs to be kept from guessing it
		file, err := os.OpenFile(filepath.Join(filepath.Dir(path), name), os.O_RDWR|os.O_CREATE|os.O_EXCL, mode)
		if !errors.Is(err, fs.ErrExist) {
			return file, err
		}
	}
	return nil, fs.ErrExist
}

// appendTo opens a file to which several programs add, one after the other.
func appendTo(path string) (*unfinished, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	return &unfinished{File: file}, err
}

// finish puts the file in its place, with the mode and the owner of the one before.
func (u *unfinished) finish() error {
	if u.path == "" {
		return u.Close()
	}
	var err error
	if u.over != nil {
		keepOwner(u.File, u.over)
		err = u.Chmod(u.over.Mode().Perm())
	}
	if err = errors.Join(err, u.Close()); err == nil {
		err = os.Rename(u.Name(), u.path)
	}
	if err != nil {
		u.abandon()
	}
	return err
}

func (u *unfinished) abandon() {
	_ = u.Close()
	if u.path != "" {
		_ = os.Remove(u.Name())
	}
}
