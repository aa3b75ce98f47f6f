package controlplane

import (
	"fmt"
	"os"
	"path/filepath"
)

// Root is the directory of the checkout that holds the working directory: where manifests/, cmd/ and e2e/ are.
func Root() (string, error) {
	start, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, toolModule, "go.mod")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", fmt.Errorf("%s: not inside a batchgate checkout, expected %s in it or above it", start, toolModule)
		}
	}
}
