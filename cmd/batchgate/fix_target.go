package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
)

// writable is the file that is written where another one leads to it. Nothing is
// written that nobody named: a link in a directory may lead out of it. Nor is a file of
// several names, which would be two files afterwards.
func writable(file manifest.File) (string, error) {
	end := wayTo(file.Path).end
	info, err := os.Stat(end)
	if err != nil {
		return "", pathless(err)
	}
	if file.Below != "" {
		below := wayTo(file.Below).end
		if inside, err := filepath.Rel(below, end); err != nil || inside == ".." || strings.HasPrefix(inside, ".."+string(filepath.Separator)) {
			return "", fmt.Errorf("is a link that leads out of %s; name the file to which it leads", file.Below)
		}
	}
	if namesOf(info) > 1 {
		return "", errors.New("has another name too (a hard link), under which it would stay as it is; put a copy in its place first")
	}
	return end, nil
}
