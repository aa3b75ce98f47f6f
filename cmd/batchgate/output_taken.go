package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/policies/source"
)

// taken are the files that a run reads or writes already, whose place no report may
// take.
type taken struct {
	flags     [][2]string // a flag, or what else names a file, and the file
	policies  []string    // as --policy takes them
	manifests []string    // paths, as they are named
}

// outlet is where a report goes.
type outlet struct {
	path string
	end  string
	info fs.FileInfo // nil: nothing is there
}

func outletOf(path string) outlet {
	s := outlet{path: path, end: wayTo(path).end}
	if info, err := os.Stat(path); err == nil {
		s.info = info
	}
	return s
}

// replaces tells whether a report that goes to s takes the place of a file. What is no
// regular file, such as a pipe, can be written to twice.
func (s outlet) replaces(path string) bool {
	if path == "" || s.info != nil && !s.info.Mode().IsRegular() {
		return false
	}
	other := outletOf(path)
	return s.end == other.end || s.info != nil && other.info != nil && os.SameFile(s.info, other.info)
}

// free holds the files of -o to those that are taken, and to each other.
func (t taken) free(specs []string) error {
	var outlets []outlet
	for _, spec := range specs {
		_, path, toFile := strings.Cut(spec, "=")
		if !toFile || path == "" {
			continue
		}
		s := outletOf(path)
		if at := slices.IndexFunc(outlets, func(other outlet) bool { return s.replaces(other.path) }); at >= 0 {
			return fmt.Errorf("-o %s: another report goes to %s already; expected another file", spec, outlets[at].path)
		}
		for _, flag := range t.flags {
			if s.replaces(flag[1]) {
				return fmt.Errorf("-o %s: is the file of %s; expected another file", spec, flag[0])
			}
		}
		if err := t.read(s); err != nil {
			return fmt.Errorf("-o %s: %w; expected another file", spec, err)
		}
		outlets = append(outlets, s)
	}
	return nil
}

// read is an error where a file belongs to what is judged, or to the policy.
func (t taken) read(s outlet) error {
	for _, policy := range t.policies {
		if slices.ContainsFunc(policyFiles(policy), s.replaces) {
			return errors.New("is a file of the policy")
		}
	}
	if s.info == nil {
		return nil // a manifest that is not there is another error
	}
	for file, trouble := range manifest.Files(t.manifests) {
		if trouble == nil && s.replaces(file.Path) && (!file.Found || !isReport(file)) {
			return errors.New("is a manifest that is read")
		}
	}
	return nil
}

// policyFiles are those that a policy is made of.
func policyFiles(policy string) (all []string) {
	if slices.Contains(source.Presets(), policy) {
		return nil
	}
	info, err := os.Stat(policy)
	if err == nil && !info.IsDir() {
		all, policy = append(all, policy), filepath.Dir(policy)
	}
	all = append(all, filepath.Join(policy, "policy.yaml"))
	_ = filepath.WalkDir(filepath.Join(policy, rulesDir), func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			all = append(all, path)
		}
		return nil // what cannot be read is told when the policy is loaded
	})
	return all
}

// isReport tells a report of before, which lies among the manifests, from one of them:
// it has nothing in it that a cluster would be sent.
func isReport(file manifest.File) bool {
	for doc, err := range (manifest.Reader{}).File(context.Background(), file) {
		if err != nil || doc.APIVersion != "" && !strings.HasPrefix(doc.APIVersion, "batchgate.dev/") {
			return false
		}
	}
	return true
}
