package image

import (
	"archive/tar"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// descriptor points at a blob of an OCI layout.
type descriptor struct {
	MediaType   string            `json:"mediaType"`
	Digest      string            `json:"digest"`
	Annotations map[string]string `json:"annotations"`
	Platform    struct {
		OS           string `json:"os"`
		Architecture string `json:"architecture"`
	} `json:"platform"`
}

type index struct {
	Manifests []descriptor `json:"manifests"`
}

type manifest struct {
	Config descriptor   `json:"config"`
	Layers []descriptor `json:"layers"`
}

type config struct {
	OS           string `json:"os"`
	Architecture string `json:"architecture"`
	Created      string `json:"created"`
	Config       struct {
		User       string            `json:"User"`
		Entrypoint []string          `json:"Entrypoint"`
		Cmd        []string          `json:"Cmd"`
		Labels     map[string]string `json:"Labels"`
	} `json:"config"`
}

// layout is the directory of an OCI image layout.
type layout string

// platforms gives the digest of the index over the platforms, and what it holds.
func (l layout) platforms(t *testing.T) (digest string, manifests []descriptor) {
	t.Helper()
	var top, platforms index
	decode(t, read(t, filepath.Join(string(l), "index.json")), &top)
	if len(top.Manifests) != 1 {
		t.Fatalf("the layout holds %d things, expected the index of one image", len(top.Manifests))
	}
	decode(t, l.blob(t, top.Manifests[0]), &platforms)
	return top.Manifests[0].Digest, platforms.Manifests
}

func (l layout) image(t *testing.T, d descriptor) (manifest, config) {
	t.Helper()
	var m manifest
	var c config
	decode(t, l.blob(t, d), &m)
	decode(t, l.blob(t, m.Config), &c)
	return m, c
}

// blob gives what a descriptor points at, which must be what its digest says.
func (l layout) blob(t *testing.T, d descriptor) []byte {
	t.Helper()
	content := read(t, filepath.Join(string(l), "blobs", strings.Replace(d.Digest, ":", "/", 1)))
	sum := sha256.Sum256(content)
	if got := "sha256:" + hex.EncodeToString(sum[:]); got != d.Digest {
		t.Fatalf("blob %s has the digest %s", d.Digest, got)
	}
	return content
}

// files calls back for each entry of the image's file system, in the order of the layers.
func (l layout) files(t *testing.T, m manifest, each func(*tar.Header, io.Reader)) {
	t.Helper()
	for _, d := range m.Layers {
		unzipped, err := gzip.NewReader(strings.NewReader(string(l.blob(t, d))))
		if err != nil {
			t.Fatal(err)
		}
		for entries := tar.NewReader(unzipped); ; {
			header, err := entries.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			each(header, entries)
		}
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func decode(t *testing.T, text []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}
