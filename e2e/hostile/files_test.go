package hostile

import (
	"os"

	"github.com/batchgate/batchgate/e2e/pki"
)

// bundle is a file with these CAs, in this order.
func bundle(cas ...*pki.CA) map[string][]byte {
	var text []byte
	for _, each := range cas {
		text = append(text, each.PEM()...)
	}
	return map[string][]byte{"ca.crt": text}
}

// link makes path a link to target in one step, whatever it is a link to now.
func link(target, path string) error {
	if err := os.Symlink(target, path+".new"); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// replace writes a file in one step.
func replace(path string, text []byte) error {
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
