// The command generate writes the pages of the bundled rules, and what a check of
// them finds out, below the directory it is given.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/batchgate/batchgate/policies/docs"
)

func main() {
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(dir string) error {
	pages, err := docs.Bundled()
	if err != nil {
		return err
	}
	if pages["facts.json"], err = docs.Facts(); err != nil {
		return err
	}
	for name, text := range pages {
		if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(name)), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
