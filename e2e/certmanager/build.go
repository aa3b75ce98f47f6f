package certmanager

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// toolModule pins the version of cert-manager, apart from everything that the tests import.
const toolModule = "e2e/tools/certmanager"

const module = "github.com/cert-manager/cert-manager"

// binaries are the two programs, and where cert-manager's module has its CRDs.
type binaries struct{ controller, cainjector, crds string }

// build makes sure that the programs exist in the user's cache directory, keyed by what they are built from. Two builds at
// once do the same twice; a directory that exists is complete.
func build(ctx context.Context, progress io.Writer) (binaries, error) {
	root, err := controlplane.Root()
	if err != nil {
		return binaries{}, err
	}
	source := filepath.Join(root, toolModule)
	sources, err := golang(ctx, source, "list", "-m", "-f", "{{.Dir}}", module)
	if err != nil {
		return binaries{}, err
	}
	key, err := keyOf(source)
	if err != nil {
		return binaries{}, err
	}
	cache, err := os.UserCacheDir()
	if err != nil { // no HOME, as in some CI containers
		cache = os.TempDir()
	}
	dir := filepath.Join(cache, "batchgate", "certmanager", key)
	b := binaries{
		controller: filepath.Join(dir, "controller"),
		cainjector: filepath.Join(dir, "cainjector"),
		crds:       filepath.Join(strings.TrimSpace(sources), "deploy", "crds"),
	}
	if _, err := os.Stat(dir); err == nil {
		return b, nil
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return binaries{}, err
	}
	partial, err := os.MkdirTemp(filepath.Dir(dir), "partial-")
	if err != nil {
		return binaries{}, err
	}
	defer os.RemoveAll(partial)
	fmt.Fprintln(progress, "building cert-manager (once per version; minutes when nothing is cached)")
	if _, err := golang(ctx, source, "build", "-ldflags", "-s -w", "-o", partial, "./controller", "./cainjector"); err != nil {
		return binaries{}, err
	}
	if err := os.Chmod(partial, 0o755); err != nil {
		return binaries{}, err
	}
	if err := os.Rename(partial, dir); err != nil {
		if _, missing := os.Stat(dir); missing != nil {
			return binaries{}, err
		}
	}
	return b, nil
}

// keyOf is a digest of everything in the module of tools.
func keyOf(source string) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, runtime.GOOS, runtime.GOARCH, runtime.Version())
	for _, name := range []string{"go.mod", "go.sum", "controller/main.go", "cainjector/main.go"} {
		text, err := os.ReadFile(filepath.Join(source, name))
		if err != nil {
			return "", err
		}
		sum.Write(text)
	}
	return hex.EncodeToString(sum.Sum(nil)[:8]), nil
}

// golang runs the go tool in a directory of the checkout, untouched by a go.work or by flags meant for other builds.
func golang(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return stdout.String(), nil
}
