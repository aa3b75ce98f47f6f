package controlplane

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// BuildGate builds batchgate from this checkout into a directory and returns the path of the binary. It says on progress
// what is compiled. The Go build cache makes it cheap, and the binary is never stale.
func BuildGate(ctx context.Context, dir string, progress io.Writer) (string, error) {
	const pkg = "./cmd/batchgate"
	root, err := Root()
	if err != nil {
		return "", err
	}
	meter := newMeter(progress, "building batchgate")
	defer meter.end()
	if err := meter.count(ctx, root, pkg); err != nil {
		return "", err
	}
	meter.now = "batchgate"
	binary := filepath.Join(dir, "batchgate")
	args := []string{"build", "-v", "-o", binary, pkg}
	if err := meter.run(goCommand(ctx, root, args...)); err != nil {
		return "", fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
	}
	meter.success()
	return binary, nil
}

// gateBinary is the given binary, or one that is built from this checkout.
func gateBinary(ctx context.Context, given, dir string) (string, error) {
	if given != "" {
		return filepath.Abs(given)
	}
	return BuildGate(ctx, dir, io.Discard)
}
