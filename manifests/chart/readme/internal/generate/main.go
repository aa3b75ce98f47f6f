// The command generate writes the README.md of the chart in the directory it is given.
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/batchgate/batchgate/manifests/chart/readme"
)

func main() {
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(chart string) error {
	page, err := readme.Page(os.DirFS(chart))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(chart, "README.md"), page, 0o644)
}
