package controlplane

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
	"regexp"
	"runtime"
	"strings"
)

// toolModule pins the versions of the control plane, apart from everything that the tests import.
const toolModule = "e2e/tools/controlplane"

// Binaries is a directory that holds etcd, kube-apiserver, kube-controller-manager and kubectl.
type Binaries struct {
	Dir     string
	Version string // of Kubernetes, "v1.37.2"
}

func (b Binaries) path(name string) string { return filepath.Join(b.Dir, name) }

// program is one binary: the package that it is built from and the linker flags it needs.
type program struct{ name, pkg, ldflags string }

var semver = regexp.MustCompile(`^v(\d+)\.(\d+)\.\d+`)

// Build makes sure that the binaries exist in the user's cache directory and says on progress what it does when they do
// not. They are keyed by version and flags; two builds at once wait for each other; a build that is cut off leaves
// nothing behind. Cold it takes minutes, with a warm Go build cache the time of four links.
func Build(ctx context.Context, progress io.Writer) (Binaries, error) {
	root, err := Root()
	if err != nil {
		return Binaries{}, err
	}
	module := filepath.Join(root, toolModule)
	manifest, err := os.ReadFile(filepath.Join(module, "go.mod"))
	if err != nil {
		return Binaries{}, err
	}
	kubernetes, err := required(manifest, "k8s.io/kubernetes")
	if err != nil {
		return Binaries{}, err
	}
	etcd, err := required(manifest, "go.etcd.io/etcd/server/v3")
	if err != nil {
		return Binaries{}, err
	}
	programs, err := programsOf(kubernetes)
	if err != nil {
		return Binaries{}, err
	}
	cache, err := cacheDir()
	if err != nil {
		return Binaries{}, err
	}
	sum := sha256.Sum256([]byte(fmt.Sprintln(runtime.GOOS, runtime.GOARCH, kubernetes, etcd, programs)))
	binaries := Binaries{
		Dir:     filepath.Join(cache, kubernetes+"-"+hex.EncodeToString(sum[:4])),
		Version: kubernetes,
	}
	if binaries.complete(programs) {
		return binaries, nil
	}
	unlock, err := lock(ctx, binaries.Dir+".lock", progress)
	if err != nil {
		return Binaries{}, err
	}
	defer unlock()
	if binaries.complete(programs) {
		return binaries, nil
	}
	return binaries, binaries.build(ctx, module, cache, programs, progress)
}

// build compiles into a directory beside the final one and renames it, so that a directory that exists is complete.
func (b Binaries) build(ctx context.Context, module, cache string, programs []program, progress io.Writer) error {
	partial, err := os.MkdirTemp(cache, "partial-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(partial)
	meter := newMeter(progress, fmt.Sprintf("building kube-apiserver, kube-controller-manager and kubectl %s, and etcd "+
		"(once per version; minutes when nothing is cached)", b.Version))
	defer meter.end()
	meter.announce()
	var packages []string
	for _, p := range programs {
		packages = append(packages, p.pkg)
	}
	if err := meter.count(ctx, module, packages...); err != nil {
		return err
	}
	for _, p := range programs {
		meter.program(p.name)
		args := []string{"build", "-v", "-ldflags", p.ldflags, "-o", filepath.Join(partial, p.name), p.pkg}
		if err := meter.run(goCommand(ctx, module, args...)); err != nil {
			return fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
		}
	}
	if err := os.RemoveAll(b.Dir); err != nil {
		return err
	}
	if err := os.Chmod(partial, 0o755); err != nil {
		return err
	}
	if err := os.Rename(partial, b.Dir); err != nil {
		return err
	}
	meter.success()
	return nil
}

func (b Binaries) complete(programs []program) bool {
	for _, p := range programs {
		if info, err := os.Stat(b.path(p.name)); err != nil || info.Mode()&0o111 == 0 {
			return false
		}
	}
	return true
}

// programsOf lists what is built. Without its version the API server calls itself v0.0.0-master and clients that compare
// versions go astray.
func programsOf(kubernetes string) ([]program, error) {
	parts := semver.FindStringSubmatch(kubernetes)
	if parts == nil {
		return nil, fmt.Errorf("%s/go.mod: k8s.io/kubernetes %s is not a release, expected vX.Y.Z", toolModule, kubernetes)
	}
	const variable = "k8s.io/component-base/version."
	flags := fmt.Sprintf("-s -w -X %[1]sgitVersion=%[2]s -X %[1]sgitMajor=%[3]s -X %[1]sgitMinor=%[4]s",
		variable, kubernetes, parts[1], parts[2])
	return []program{
		{"kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver", flags},
		{"kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager", flags},
		{"kubectl", "k8s.io/kubernetes/cmd/kubectl", flags},
		{"etcd", "go.etcd.io/etcd/server/v3", "-s -w"},
	}, nil
}

// required is the version that a go.mod requires of a module.
func required(manifest []byte, module string) (string, error) {
	for line := range bytes.Lines(manifest) {
		fields := strings.Fields(string(line))
		if len(fields) >= 2 && fields[0] == module && semver.MatchString(fields[1]) {
			return fields[1], nil
		}
	}
	return "", fmt.Errorf("%s/go.mod: requires no version of %s", toolModule, module)
}

// cacheDir is where binaries live, outside the checkout.
func cacheDir() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil { // no HOME, as in some CI containers
		base = os.TempDir()
	}
	dir := filepath.Join(base, "batchgate", "controlplane")
	return dir, os.MkdirAll(dir, 0o755)
}

// goCommand is the go tool in a directory of the checkout, untouched by a go.work or by flags meant for other builds.
func goCommand(ctx context.Context, dir string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
	return cmd
}
