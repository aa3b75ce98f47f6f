package source

import (
	"io"
	"os"

	"github.com/batchgate/batchgate/policies/catalogue"
)

// Layers are the rules of a directory, tests and examples included, and below
// them the bundled ones. Files are read within the limits of Load, by one
// goroutine, until the caller closes them.
func Layers(dir string) (below []catalogue.Layer, own catalogue.Layer, files io.Closer, err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, catalogue.Layer{}, nil, plain(dir, err)
	}
	return []catalogue.Layer{bundled()}, catalogue.Layer{Name: dir, FS: &tree{root: root}}, root, nil
}
