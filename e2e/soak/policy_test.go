package soak

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// volume is a policy directory as the kubelet mounts a ConfigMap: files are links through ..data, which is replaced in one
// step.
type volume struct {
	dir      string
	preset   string
	versions int
}

func newVolume(dir string) (*volume, error) {
	root, err := controlplane.Root()
	if err != nil {
		return nil, err
	}
	preset, err := os.ReadFile(filepath.Join(root, "policies", "presets", "recommended.yaml"))
	if err != nil {
		return nil, err
	}
	v := &volume{dir: dir, preset: string(preset)}
	if err := v.change(); err != nil {
		return nil, err
	}
	return v, os.Symlink(filepath.Join("..data", "policy.yaml"), filepath.Join(dir, "policy.yaml"))
}

// change puts another policy into the volume. Each differs from the one before it in a rule that no request is about.
func (v *volume) change() error {
	const rule, other = "no-op-job: {mode: warn}", "no-op-job: {mode: audit}"
	text := v.preset
	if v.versions%2 == 1 {
		text = strings.Replace(text, rule, other, 1)
		if text == v.preset {
			return fmt.Errorf("the preset has no %q", rule)
		}
	}
	v.versions++
	name := fmt.Sprintf("..%d", v.versions)
	if err := os.Mkdir(filepath.Join(v.dir, name), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(v.dir, name, "policy.yaml"), []byte(text), 0o644); err != nil {
		return err
	}
	fresh := filepath.Join(v.dir, "..data_tmp")
	if err := os.Symlink(name, fresh); err != nil {
		return err
	}
	before, readErr := os.Readlink(filepath.Join(v.dir, "..data"))
	if err := os.Rename(fresh, filepath.Join(v.dir, "..data")); err != nil {
		return err
	}
	if readErr != nil { // the first
		return nil
	}
	return os.RemoveAll(filepath.Join(v.dir, before))
}
