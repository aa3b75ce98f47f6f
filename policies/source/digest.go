package source

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
)

// Digest is one of what the files of a directory's stamp say: two stamps have the same
// when the same bytes lie in the same places. The error is ErrMoved when a file is
// another than that of the stamp.
func Digest(at Stamp) (sum [sha256.Size]byte, err error) {
	root, err := os.OpenRoot(at.dir)
	if err != nil {
		return sum, plain(at.dir, err)
	}
	defer root.Close()
	moved := false
	files := &tree{root: root, opened: func(found fs.FileInfo) { moved = moved || !at.has(stateOf(found)) }}
	all := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(at.files)) {
		if at.files[name].info == nil {
			fmt.Fprintf(all, "%q %q\n", name, at.files[name].wrong)
			continue
		}
		text, err := files.ReadFile(name)
		if err != nil {
			return sum, plain(name, err)
		}
		fmt.Fprintf(all, "%q %x\n", name, sha256.Sum256(text))
	}
	if moved {
		return sum, ErrMoved
	}
	return [sha256.Size]byte(all.Sum(nil)), nil
}
