package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("image", flag.ContinueOnError)
	source := flags.String("source", ".", "the checkout that is built")
	out := flags.String("out", "bin/image", "the directory that is written; what it held is removed")
	version := flags.String("version", "devel", "what `batchgate version` prints and the tag of the image")
	revision := flags.String("revision", "", "the commit, for the label org.opencontainers.image.revision")
	platforms := flags.String("platforms", "linux/amd64,linux/arm64", "what it is built for")
	if err := flags.Parse(args); err != nil {
		return err
	}
	root, err := filepath.Abs(*source)
	if err != nil {
		return err
	}
	if err := os.RemoveAll(*out); err != nil {
		return err
	}
	index, err := recipe{
		root:      root,
		version:   *version,
		revision:  *revision,
		platforms: strings.Split(*platforms, ","),
		sbom:      filepath.Join(*out, "sbom"),
	}.build(ctx)
	if err != nil {
		return err
	}
	layout := filepath.Join(*out, "oci")
	if err := writeLayout(layout, index, *version); err != nil {
		return err
	}
	if err := archive(layout, filepath.Join(*out, "batchgate.tar")); err != nil {
		return err
	}
	digest, err := index.Digest()
	if err != nil {
		return err
	}
	fmt.Println(digest)
	return nil
}
