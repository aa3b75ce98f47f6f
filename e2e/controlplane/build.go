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

// verb is what the go tool is asked to do: a program of tests is compiled and not run.
func (p program) verb() []string {
	if strings.HasSuffix(p.name, ".test") {
		return []string{"test", "-c"}
	}
	return []string{"build"}
}

var semver = regexp.MustCompile(`^v(\d+)\.(\d+)\.\d+`)

// Build makes sure that the binaries exist in the user's cache directory and says on progress what it does when they do
// not. They are keyed by version and flags; two builds at once wait for each other; a build that is cut off leaves
// nothing behind. Cold it takes minutes, with a warm Go build cache the time of four links.
func Build(ctx context.Context, progress io.Writer) (Binaries, error) {
	return kit{
		module:   toolModule,
		title:    "kube-apiserver, kube-controller-manager and kubectl %s, and etcd",
		beside:   "go.etcd.io/etcd/server/v3",
		programs: programsOf,
	}.binaries(ctx, progress)
}

// kit is a set of programs that are built together from one module of tools.
type kit struct {
	module   string // a directory of the checkout
	title    string // of the build, with the version of Kubernetes as %s
	beside   string // the module that is pinned besides Kubernetes
	programs func(kubernetes string) ([]program, error)
}

func (k kit) binaries(ctx context.Context, progress io.Writer) (Binaries, error) {
	root, err := Root()
	if err != nil {
		return Binaries{}, err
	}
	module := filepath.Join(root, k.module)
	manifest, err := os.ReadFile(filepath.Join(module, "go.mod"))
	if err != nil {
		return Binaries{}, err
	}
	kubernetes, err := required(manifest, "k8s.io/kubernetes")
	if err != nil {
		return Binaries{}, fmt.Errorf("%s: %w", module, err)
	}
	beside, err := required(manifest, k.beside)
	if err != nil {
		return Binaries{}, fmt.Errorf("%s: %w", module, err)
	}
	programs, err := k.programs(kubernetes)
	if err != nil {
		return Binaries{}, fmt.Errorf("%s: %w", module, err)
	}
	cache, err := cacheDir()
	if err != nil {
		return Binaries{}, err
	}
	sum := sha256.Sum256([]byte(fmt.Sprintln(runtime.GOOS, runtime.GOARCH, kubernetes, beside, programs)))
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
	title := fmt.Sprintf("building "+k.title+" (once per version; minutes when nothing is cached)", kubernetes)
	return binaries, binaries.build(ctx, module, cache, title, programs, progress)
}

// build compiles into a directory beside the final one and renames it, so that a directory that exists is complete.
func (b Binaries) build(
	ctx context.Context, module, cache, title string, programs []program, progress io.Writer,
) error {
	partial, err := os.MkdirTemp(cache, "partial-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(partial)
	meter := newMeter(progress, title)
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
		args := append(p.verb(), "-v", "-ldflags", p.ldflags, "-o", filepath.Join(partial, p.name), p.pkg)
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

// programsOf lists what a control plane is built from.
func programsOf(kubernetes string) ([]program, error) {
	flags, err := versionFlags(kubernetes)
	if err != nil {
		return nil, err
	}
	return []program{
		{"kube-apiserver", "k8s.io/kubernetes/cmd/kube-apiserver", flags},
		{"kube-controller-manager", "k8s.io/kubernetes/cmd/kube-controller-manager", flags},
		{"kubectl", "k8s.io/kubernetes/cmd/kubectl", flags},
		{"etcd", "go.etcd.io/etcd/server/v3", "-s -w"},
	}, nil
}

// versionFlags tell programs of Kubernetes their version. Without it they call themselves v0.0.0-master, and what
// compares versions goes astray.
func versionFlags(kubernetes string) (string, error) {
	parts := semver.FindStringSubmatch(kubernetes)
	if parts == nil {
		return "", fmt.Errorf("k8s.io/kubernetes %s is not a release, expected vX.Y.Z", kubernetes)
	}
	const variable = "k8s.io/component-base/version."
	return fmt.Sprintf("-s -w -X %[1]sgitVersion=%[2]s -X %[1]sgitMajor=%[3]s -X %[1]sgitMinor=%[4]s",
		variable, kubernetes, parts[1], parts[2]), nil
}

// required is the version that a go.mod requires of a module.
func required(manifest []byte, module string) (string, error) {
	for line := range bytes.Lines(manifest) {
		fields := strings.Fields(string(line))
		if len(fields) >= 2 && fields[0] == module && semver.MatchString(fields[1]) {
			return fields[1], nil
		}
	}
	return "", fmt.Errorf("go.mod requires no version of %s", module)
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
