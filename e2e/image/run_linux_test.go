package image

import (
	"archive/tar"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

// viennese names a time zone, whose rules an image from scratch has only if the binary holds them.
const viennese = `apiVersion: batch/v1
kind: CronJob
metadata:
  name: report
spec:
  schedule: "15 2 * * *"
  timeZone: Europe/Vienna
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: main
              image: registry.example.com/report:1.0.0
`

// runs unpacks the image for this machine and runs the gate in it, with the image as its root where the system allows.
func runs(t *testing.T, root string, l layout, manifests []descriptor) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil { // the image's user has to get in
		t.Fatal(err)
	}
	for _, d := range manifests {
		if d.Platform.Architecture == runtime.GOARCH {
			m, _ := l.image(t, d)
			l.files(t, m, func(h *tar.Header, content io.Reader) { extract(t, dir, h, content) })
		}
	}
	add := func(name, content string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	add("vienna.yaml", viennese)
	add("nowhere.yaml", strings.Replace(viennese, "Vienna", "Nowhere", 1))
	add("broken.yaml", string(read(t, filepath.Join(root, "manifests/examples/broken-cronjob.yaml"))))
	for _, step := range []struct {
		args string
		code int
		says string
	}{
		{"version", 0, "batchgate  " + version},
		{"check vienna.yaml", 0, "CronJob default/report is allowed"},
		{"check nowhere.yaml", 1, "Europe/Nowhere"},
		{"check broken.yaml", 1, "refused"},
	} {
		result := controlplane.Run(inside(t, dir, strings.Fields(step.args)...))
		if result.Code != step.code || !strings.Contains(result.Stdout, step.says) {
			t.Errorf("batchgate %s: exit %d, expected %d and %q\n%s%s", step.args, result.Code, step.code, step.says, result.Stdout, result.Stderr)
		}
	}
}

func extract(t *testing.T, dir string, h *tar.Header, content io.Reader) {
	t.Helper()
	path := filepath.Join(dir, filepath.Clean("/"+h.Name))
	if h.Typeflag == tar.TypeDir {
		return
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(content)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, h.FileInfo().Mode().Perm()|0o200); err != nil {
		t.Fatal(err)
	}
}

// inside is a command that runs in a directory as its root file system, as the image's user and without any environment.
// Where nobody may make a user namespace, the command runs in the directory without being locked up there.
func inside(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	locked := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(t.Context(), entrypoint, args...)
		cmd.Dir, cmd.Env = "/", []string{"PATH=/ko-app"}
		cmd.SysProcAttr = &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER,
			UidMappings: []syscall.SysProcIDMap{{ContainerID: 65532, HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{ContainerID: 65532, HostID: os.Getgid(), Size: 1}},
			Chroot:      dir,
		}
		return cmd
	}
	if err := locked("version").Run(); err != nil {
		t.Logf("not locked up: %v", err)
		free := exec.CommandContext(t.Context(), filepath.Join(dir, entrypoint), args...)
		free.Dir, free.Env = dir, []string{"PATH=/ko-app"}
		return free
	}
	return locked(args...)
}
