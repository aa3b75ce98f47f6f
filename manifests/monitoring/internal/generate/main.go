// The command generate writes what is made from the alerts and the dashboard of the manifests in the directory it is given.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/batchgate/batchgate/manifests/monitoring"
)

func main() {
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(manifests string) error {
	copies, err := monitoring.Copies(os.DirFS(manifests))
	if err != nil {
		return err
	}
	for name, text := range copies {
		path := filepath.Join(manifests, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
