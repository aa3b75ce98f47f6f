package manifest

import (
	"context"
	"io"
	"iter"
	"path/filepath"
)

// Stdin is how the standard input is named.
const Stdin = "-"

// Reader reads documents.
type Reader struct {
	In io.Reader // the standard input
	// Only tells the texts of files and of their documents that are worth being
	// read; nil: all are.
	Only func(text []byte) bool
}

func (r Reader) skips(text []byte) bool { return r.Only != nil && !r.Only(text) }

// All gives the documents of the named files, directories and globs one after
// the other. An error is a *Problem, after which the next documents follow, or
// that of ctx, after which nothing does.
func (r Reader) All(ctx context.Context, paths []string) iter.Seq2[*Document, error] {
	return func(yield func(*Document, error) bool) {
		seen := map[string]bool{}
		for _, path := range paths {
			for file, trouble := range find(path) {
				if ctx.Err() != nil {
					yield(nil, context.Cause(ctx))
					return
				}
				if trouble == nil {
					name := filepath.Clean(file.path)
					if seen[name] {
						continue
					}
					seen[name] = true
				}
				if !r.file(ctx, file, trouble, yield) {
					return
				}
			}
		}
	}
}

// file gives the documents of one file, and false to end it all.
func (r Reader) file(ctx context.Context, f file, trouble *Problem, yield func(*Document, error) bool) bool {
	var text []byte
	var err error
	if trouble == nil {
		text, trouble, err = r.read(ctx, f)
	}
	if err != nil {
		yield(nil, err)
		return false
	}
	if trouble != nil {
		return yield(nil, trouble)
	}
	if r.skips(text) {
		return true
	}
	index := 0
	for part := range split(text) {
		if ctx.Err() != nil {
			yield(nil, context.Cause(ctx))
			return false
		}
		if r.skips(part.text) {
			continue
		}
		if index == maxDocuments {
			return yield(nil, &Problem{File: f.path, Place: Place{Line: part.line + 1}, Document: index,
				Message: "the file has more than 10,000 documents; what follows is not read, split it"})
		}
		documents, trouble := part.documents(f, index)
		if len(documents) == 0 && trouble == nil {
			continue // nothing but comments
		}
		index++
		for _, d := range documents {
			if !yield(d, nil) {
				return false
			}
		}
		if trouble != nil && !yield(nil, trouble) {
			return false
		}
	}
	return true
}
