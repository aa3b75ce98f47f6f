package source

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"syscall"

	"github.com/batchgate/batchgate/policies/config"
)

const (
	maxRules = 500
	maxFile  = config.MaxFileSize
	maxFiles = 4000
	maxBytes = 32 << 20
)

// tree is a directory as an fs.FS that cannot be left and whose reader cannot be
// kept waiting or swamped. It is for one goroutine.
type tree struct {
	root  *os.Root
	files int
	bytes int64

	opened func(fs.FileInfo) // nil: nobody is told of the files that are read
	unread func()            // nil: nobody is told of what could not be read and may be later
}

// told is an error of the file system that whoever loads the set has been told of.
func (t *tree) told(err error) error {
	if t.unread != nil && passing(err) {
		t.unread()
	}
	return err
}

// Open opens a directory or a regular file within the limits.
func (t *tree) Open(name string) (fs.File, error) {
	fail := func(err error) (fs.File, error) { return nil, &fs.PathError{Op: "open", Path: name, Err: err} }
	if !fs.ValidPath(name) {
		return fail(fs.ErrInvalid)
	}
	file, err := t.open(name)
	if err != nil {
		return nil, t.told(err)
	}
	found, err := file.Stat()
	if err == nil && !found.IsDir() {
		err = t.admit(found)
	}
	if err != nil {
		file.Close()
		return fail(t.told(err))
	}
	if found.IsDir() {
		return file, nil
	}
	if t.opened != nil {
		t.opened(found)
	}
	return &bounded{File: file, reader: io.LimitReader(file, maxFile), told: t.told}, nil
}

// open does not wait for the other end of a FIFO.
func (t *tree) open(name string) (*os.File, error) {
	return t.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}

// admit counts a file against the limits.
func (t *tree) admit(found fs.FileInfo) error {
	t.files++
	t.bytes += found.Size()
	switch {
	case !found.Mode().IsRegular():
		return fmt.Errorf("is not a regular file")
	case found.Size() > maxFile:
		return fmt.Errorf("has %d bytes; at most %d are allowed", found.Size(), maxFile)
	case t.files > maxFiles:
		return fmt.Errorf("is one file too many; at most %d are allowed", maxFiles)
	case t.bytes > maxBytes:
		return fmt.Errorf("is one byte too many; at most %d are allowed in all files together", maxBytes)
	}
	return nil
}

// Stat tells what lies there, also of what cannot be read.
func (t *tree) Stat(name string) (fs.FileInfo, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrInvalid}
	}
	found, err := t.root.Stat(name)
	return found, t.told(err)
}

// ReadFile reads a regular file.
func (t *tree) ReadFile(name string) ([]byte, error) {
	file, err := t.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}

// names are what a directory holds, one more than maxRules at most.
func (t *tree) names(dir string) []string {
	file, err := t.open(dir)
	if err != nil {
		return nil
	}
	defer file.Close()
	names, _ := file.Readdirnames(maxRules + 1)
	slices.Sort(names)
	return names
}

// namesIn are what a directory holds, none when it cannot be read.
func namesIn(dir string) []string {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil
	}
	defer root.Close()
	return (&tree{root: root}).names(".")
}

// bounded is a file that ends even when it grows while it is read.
type bounded struct {
	fs.File
	reader io.Reader
	told   func(error) error
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.reader.Read(p)
	return n, b.told(err)
}
