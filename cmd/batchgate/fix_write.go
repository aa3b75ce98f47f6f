package main

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// overwrite gives a file another content in one step, and keeps its mode and owner
// where it may. It is an error when the file is not what it was when it was read.
func overwrite(path string, before, after []byte) error {
	path, err := filepath.EvalSymlinks(path) // a link stays one
	if err != nil {
		return pathless(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return pathless(err)
	}
	now, err := os.ReadFile(path)
	if err != nil {
		return pathless(err)
	}
	if !bytes.Equal(now, before) {
		return errors.New("somebody has changed it meanwhile; nothing is written")
	}
	if info.Mode().Perm()&0o200 == 0 {
		return errors.New("it is not to be written")
	}
	file, err := beside(path, 0o600)
	if err != nil {
		return pathless(err)
	}
	keepOwner(file, info)
	_, err = file.Write(after)
	err = errors.Join(err, file.Chmod(info.Mode().Perm()), file.Sync(), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
		return pathless(err)
	}
	return nil
}

// pathless is an error of the file system without the path, which is told already.
func pathless(err error) error {
	if at, ok := errors.AsType[*fs.PathError](err); ok {
		return at.Err
	}
	return err
}
