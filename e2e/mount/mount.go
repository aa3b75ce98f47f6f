// Package mount keeps a directory as the kubelet keeps one for a ConfigMap or a Secret: its files are links through
// ..data, which is a link to the version of the moment and is replaced in one step.
//
// It does not know what is in the files, nor how late a kubelet is.
package mount

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Mount is such a directory.
type Mount struct {
	Dir      string
	versions int
}

// New mounts files in a directory, which is made where it is not there.
func New(dir string, files map[string][]byte) (*Mount, error) {
	m := &Mount{Dir: dir}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return m, m.Put(files)
}

// File is the path of a file.
func (m *Mount) File(name string) string { return filepath.Join(m.Dir, name) }

// Put puts other files in the place of those that are there. What a name has before its first slash, as the paths that a
// Pod gives to the keys of a ConfigMap may have one, is a directory of the version.
func (m *Mount) Put(files map[string][]byte) error {
	m.versions++
	version := fmt.Sprintf("..%d", m.versions)
	if err := os.Mkdir(m.File(version), 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.MkdirAll(filepath.Dir(filepath.Join(m.File(version), name)), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(m.File(version), name), text, 0o600); err != nil {
			return err
		}
		top, _, _ := strings.Cut(name, "/")
		if err := os.Symlink(filepath.Join("..data", top), m.File(top)); err != nil && !errors.Is(err, os.ErrExist) {
			return err
		}
	}
	before, err := os.Readlink(m.File("..data"))
	first := errors.Is(err, os.ErrNotExist)
	if err != nil && !first {
		return err
	}
	if err := os.Symlink(version, m.File("..data_tmp")); err != nil {
		return err
	}
	if err := os.Rename(m.File("..data_tmp"), m.File("..data")); err != nil || first {
		return err
	}
	return errors.Join(m.prune(), os.RemoveAll(m.File(before)))
}

// prune removes the links to what is there no more.
func (m *Mount) prune() error {
	entries, err := os.ReadDir(m.Dir)
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), "..") {
			continue
		}
		if _, gone := os.Stat(m.File(entry.Name())); gone != nil {
			err = errors.Join(err, os.Remove(m.File(entry.Name())))
		}
	}
	return err
}
