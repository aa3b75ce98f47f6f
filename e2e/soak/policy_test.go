package soak

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/batchgate/batchgate/e2e/controlplane"
	"github.com/batchgate/batchgate/e2e/mount"
)

// volume is a policy directory as a ConfigMap is mounted.
type volume struct {
	*mount.Mount
	preset  string
	changes int
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
	m, err := mount.New(dir, map[string][]byte{"policy.yaml": preset})
	return &volume{Mount: m, preset: string(preset)}, err
}

// change puts another policy into the volume. Each differs from the one before it in a rule that no request is about.
func (v *volume) change() error {
	const rule, other = "no-op-job: {mode: warn}", "no-op-job: {mode: audit}"
	text := v.preset
	if v.changes%2 == 0 {
		text = strings.Replace(text, rule, other, 1)
		if text == v.preset {
			return fmt.Errorf("the preset has no %q", rule)
		}
	}
	v.changes++
	return v.Put(map[string][]byte{"policy.yaml": []byte(text)})
}
