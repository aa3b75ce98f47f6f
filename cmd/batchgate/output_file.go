package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// unfinished is a file that takes the place of another one when it is complete,
// so that nobody reads half a report.
type unfinished struct {
	*os.File
	path string // whose place it takes; "" where it is written in place
}

// create opens a file beside path. What is there and no regular file, such as
// a pipe, is written to as it is.
func create(path string) (*unfinished, error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() || path == "" {
		file, err := os.OpenFile(path, os.O_WRONLY, 0)
		return &unfinished{File: file}, err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".batchgate-*")
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: errors.Unwrap(err)}
	}
	return &unfinished{File: file, path: path}, nil
}

// appendTo opens a file to which several programs add, one after the other.
func appendTo(path string) (*unfinished, error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o644)
	return &unfinished{File: file}, err
}

func (u *unfinished) finish() error {
	if u.path == "" {
		return u.Close()
	}
	err := errors.Join(u.Chmod(0o644), u.Close())
	if err == nil {
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
