package main

import (
	"archive/tar"
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// licences is a layer with the licence texts and notices of batchgate, of Go and of each module that the binary links:
// most licences ask whoever passes a binary on to pass them on, too.
func licences(ctx context.Context, root string, platform *v1.Platform) (v1.Layer, error) {
	modules, err := linked(ctx, root, platform)
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	w := tar.NewWriter(&text)
	for _, module := range modules {
		files, err := notices(module.dir)
		if err != nil {
			return nil, err
		}
		if len(files) == 0 {
			return nil, fmt.Errorf("module %s has no licence in %s; nobody may pass it on", module.name, module.dir)
		}
		for _, file := range files {
			if err := put(w, path.Join("licenses", module.name, filepath.Base(file)), file); err != nil {
				return nil, err
			}
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return tarball.LayerFromOpener(func() (io.ReadCloser, error) {
		return io.NopCloser(bytes.NewReader(text.Bytes())), nil
	}, tarball.WithCompressedCaching, tarball.WithMediaType(types.OCILayer))
}

// module is something that is linked: its name in the image and where its files are.
type module struct{ name, dir string }

func linked(ctx context.Context, root string, platform *v1.Platform) ([]module, error) {
	const format = "{{if .Standard}}go {{.Root}}{{else}}{{with .Module}}{{.Path}} {{.Dir}}{{end}}{{end}}"
	list := exec.CommandContext(ctx, "go", "list", "-deps", "-f", format, mainPackage)
	list.Dir = root
	list.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS="+platform.OS, "GOARCH="+platform.Architecture)
	list.Stderr = os.Stderr
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list -deps %s: %w", mainPackage, err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	slices.Sort(lines)
	var modules []module
	for _, line := range slices.Compact(lines) {
		name, dir, _ := strings.Cut(line, " ")
		modules = append(modules, module{name, dir})
	}
	return modules, nil
}

// notices are the files of a module that speak of rights.
func notices(dir string) ([]string, error) {
	name := regexp.MustCompile(`(?i)^(licen[cs]e|copying|notice|patents)([-._].*)?$`)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var files []string
	for _, entry := range entries {
		if entry.Type().IsRegular() && name.MatchString(entry.Name()) {
			files = append(files, filepath.Join(dir, entry.Name()))
		}
	}
	return files, nil
}

// put adds a file under a name. Owner, mode and time are the same wherever it is built.
func put(w *tar.Writer, name, file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	header := &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(content)), Mode: 0o444, Format: tar.FormatPAX}
	if err := w.WriteHeader(header); err != nil {
		return err
	}
	_, err = w.Write(content)
	return err
}
