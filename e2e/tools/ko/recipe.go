package main

import (
	"context"
	"fmt"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/ko/pkg/build"
)

const (
	mainPackage = "github.com/batchgate/batchgate/cmd/batchgate"
	home        = "https://github.com/batchgate/batchgate"
	// nonroot is a user without a name, as an image from scratch has no /etc/passwd; Kubernetes' runAsNonRoot wants a number.
	nonroot = "65532:65532"
)

// recipe is everything that the image depends on.
type recipe struct {
	root      string // of the main module
	version   string
	revision  string
	platforms []string
	sbom      string // the directory for the bills of materials
}

// build compiles the binary for each platform and gives the index over the images.
func (r recipe) build(ctx context.Context) (v1.ImageIndex, error) {
	base, err := scratch(ctx, r.root, r.platforms)
	if err != nil {
		return nil, err
	}
	options := []build.Option{
		build.WithBaseImages(func(context.Context, string) (name.Reference, build.Result, error) {
			return name.MustParseReference("scratch"), base, nil
		}),
		build.WithPlatforms("all"), // those of the base
		build.WithTrimpath(true),
		// As `make build` has them.
		build.WithDefaultLdflags([]string{"-s", "-w", "-X main.version=" + r.version}),
		build.WithUser(nonroot),
		// A compiler uses all cores by itself; two at a time only need twice the memory.
		build.WithJobs(1),
		build.WithSPDX(r.version),
		build.WithSBOMDir(r.sbom),
	}
	for key, value := range r.labels() {
		options = append(options, build.WithLabel(key, value), build.WithAnnotation(key, value))
	}
	builder, err := build.NewGo(ctx, r.root, options...)
	if err != nil {
		return nil, err
	}
	reference, err := builder.QualifyImport(build.StrictScheme + mainPackage)
	if err != nil {
		return nil, err
	}
	result, err := builder.Build(ctx, reference)
	if err != nil {
		return nil, err
	}
	switch result := result.(type) {
	case v1.ImageIndex:
		return result, nil
	case v1.Image: // ko gives a single platform so
		return indexOf(result, r.platforms[0])
	default:
		return nil, fmt.Errorf("ko gave a %T instead of an image", result)
	}
}

// labels describe the image by the names of the OCI image specification. The time of creation is left out on purpose.
func (r recipe) labels() map[string]string {
	const prefix = "org.opencontainers.image."
	labels := map[string]string{
		prefix + "title":         "batchgate",
		prefix + "description":   "The admission gate for Kubernetes Jobs and CronJobs",
		prefix + "url":           home,
		prefix + "source":        home,
		prefix + "documentation": home + "#readme",
		prefix + "licenses":      "Apache-2.0",
		prefix + "version":       r.version,
	}
	if r.revision != "" {
		labels[prefix+"revision"] = r.revision
	}
	return labels
}
