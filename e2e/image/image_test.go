package image

import (
	"archive/tar"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/batchgate/batchgate/e2e/controlplane"
)

const (
	version    = "v1.2.3-test"
	revision   = "0123456789abcdef0123456789abcdef01234567"
	entrypoint = "/ko-app/batchgate"
)

var full = flag.Bool("full", false, "build for all platforms, the second time from nothing, and push the image")

// TestImage builds the image twice and looks at it; the subtests share the build, which is what takes long.
func TestImage(t *testing.T) {
	root, err := controlplane.Root()
	if err != nil {
		t.Fatal(err)
	}
	platforms := []string{"linux/" + runtime.GOARCH}
	var fresh []string
	if *full {
		platforms = []string{"linux/amd64", "linux/arm64"}
		fresh = []string{"GOCACHE=" + t.TempDir()}
	}
	// Two copies of one moment: the checkout may change while it is built.
	here, there := copied(t, root, "here"), copied(t, root, "another place")
	builder := program(t, root, "image", ".")
	args := []string{"-version", version, "-revision", revision, "-platforms", strings.Join(platforms, ","), "-out"}
	out, again := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "again")
	output(t, here, nil, builder, append(args, out)...)

	t.Run("built again at another path, in another time zone, it is the same to the byte", func(t *testing.T) {
		output(t, there, append(fresh, "TZ=Pacific/Kiritimati"), builder, append(args, again)...)
		first, second := tree(t, out), tree(t, again)
		if diff := cmp.Diff(slices.Sorted(maps.Keys(first)), slices.Sorted(maps.Keys(second))); diff != "" {
			t.Fatalf("other files (-first +second):\n%s", diff)
		}
		for name := range first {
			if first[name] != second[name] {
				t.Errorf("%s differs", name)
			}
		}
	})

	l := layout(filepath.Join(out, "oci"))
	digest, manifests := l.platforms(t)
	var found []string
	for _, d := range manifests {
		platform := d.Platform.OS + "/" + d.Platform.Architecture
		found = append(found, platform)
		t.Run(platform, func(t *testing.T) { inspect(t, l, d) })
	}
	if diff := cmp.Diff(platforms, found); diff != "" {
		t.Errorf("platforms (-want +got):\n%s", diff)
	}
	t.Run("the archive holds the layout", func(t *testing.T) { unpack(t, out) })
	t.Run("each platform has a bill of materials", func(t *testing.T) {
		for _, d := range manifests {
			account(t, filepath.Join(out, "sbom", "batchgate-linux-"+d.Platform.Architecture+".spdx.json"), d)
		}
	})
	t.Run("the gate runs where there is nothing else", func(t *testing.T) { runs(t, root, l, manifests) })
	if *full {
		t.Run("a registry takes it unchanged", func(t *testing.T) { pushes(t, root, l, digest) })
	}
}

// inspect looks at the image for one platform.
func inspect(t *testing.T, l layout, d descriptor) {
	m, c := l.image(t, d)
	type facts struct {
		User                string
		Entrypoint, Cmd     []string
		OS, Arch, Created   string
		Version, Commit, By string
	}
	const label = "org.opencontainers.image."
	want := facts{"65532:65532", []string{entrypoint}, nil, "linux", d.Platform.Architecture, "0001-01-01T00:00:00Z",
		version, revision, "Apache-2.0"}
	got := facts{c.Config.User, c.Config.Entrypoint, c.Config.Cmd, c.OS, c.Architecture, c.Created,
		c.Config.Labels[label+"version"], c.Config.Labels[label+"revision"], c.Config.Labels[label+"licenses"]}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("configuration (-want +got):\n%s", diff)
	}
	var others []string
	var licences int
	l.files(t, m, func(h *tar.Header, _ io.Reader) {
		if h.ModTime.Unix() != 0 || h.Uid != 0 || h.Gid != 0 || h.Mode&0o222 != 0 && h.Typeflag == tar.TypeReg {
			t.Errorf("%s: time %v, owner %d:%d, mode %o; expected none, root and nobody may write", h.Name, h.ModTime, h.Uid, h.Gid, h.Mode)
		}
		switch name := "/" + strings.TrimPrefix(h.Name, "/"); {
		case h.Typeflag == tar.TypeDir:
		case strings.HasPrefix(name, "/licenses/") && h.Mode&0o111 == 0:
			licences++
		default:
			others = append(others, name)
		}
	})
	if diff := cmp.Diff([]string{entrypoint}, others); diff != "" {
		t.Errorf("files besides licences (-want +got):\n%s", diff)
	}
	if licences < 50 { // batchgate links more modules than that
		t.Errorf("%d licences", licences)
	}
}

// unpack compares the archive with the layout beside it.
func unpack(t *testing.T, out string) {
	want, got := tree(t, filepath.Join(out, "oci")), map[string]string{}
	file, err := os.Open(filepath.Join(out, "batchgate.tar"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for entries := tar.NewReader(file); ; {
		header, err := entries.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(entries)
		if err != nil {
			t.Fatal(err)
		}
		got[header.Name] = string(content)
	}
	if !maps.Equal(want, got) {
		t.Errorf("the archive holds %q, the layout %q", slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)))
	}
}

// account checks that a bill of materials is about this image and names the gate and what judges in it.
func account(t *testing.T, path string, d descriptor) {
	var bill struct {
		SPDXVersion string `json:"spdxVersion"`
		Packages    []struct {
			Name        string `json:"name"`
			VersionInfo string `json:"versionInfo"`
		} `json:"packages"`
	}
	if err := json.Unmarshal(read(t, path), &bill); err != nil {
		t.Fatal(err)
	}
	versions := map[string]string{}
	for _, p := range bill.Packages {
		versions[p.Name] = p.VersionInfo
	}
	_, image := versions[d.Digest]
	_, gate := versions["github.com/batchgate/batchgate"]
	opa := versions["github.com/open-policy-agent/opa"]
	if !strings.HasPrefix(bill.SPDXVersion, "SPDX-2.") || !image || !gate || !strings.HasPrefix(opa, "v1.") {
		t.Errorf("%s: %s, names the image %t, the gate %t, OPA in version %q", path, bill.SPDXVersion, image, gate, opa)
	}
}
