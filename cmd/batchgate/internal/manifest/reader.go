package manifest

import (
	"bytes"
	"context"
	"errors"
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
	// Lenient passes over what is no Kubernetes object in files that were named, as in
	// those that were found in a directory.
	Lenient bool
	// Matters tells the texts that are not to be passed over where they cannot be read;
	// nil: all of them. A Problem of another one is marked as Other.
	Matters func(text []byte) bool
	// Take tells the files that are worth being opened; nil: all are.
	Take func(File) bool
}

func (r Reader) skips(text []byte) bool { return r.Only != nil && !r.Only(text) }

// other tells whether a text that cannot be read may be passed over. Zeros are what a text
// in UTF-16 without its mark has between its letters.
func (r Reader) other(text []byte) bool {
	return r.Matters != nil && !r.Matters(bytes.ReplaceAll(text, []byte{0}, nil))
}

// All gives the documents of the named files, directories and globs one after
// the other. An error is a *Problem, after which the next documents follow, or
// that of ctx, after which nothing does.
func (r Reader) All(ctx context.Context, paths []string) iter.Seq2[*Document, error] {
	return func(yield func(*Document, error) bool) {
		for file, trouble := range Files(paths) {
			if ctx.Err() != nil {
				yield(nil, context.Cause(ctx))
				return
			}
			if trouble != nil {
				if !yield(nil, trouble) {
					return
				}
				continue
			}
			if r.Take != nil && !r.Take(file) {
				continue
			}
			for d, err := range r.File(ctx, file) {
				if _, told := errors.AsType[*Problem](err); !yield(d, err) || err != nil && !told {
					return
				}
			}
		}
	}
}

// Files are the files that paths name, each once: files, directories with
// everything below them, globs, and Stdin.
func Files(paths []string) iter.Seq2[File, *Problem] {
	return func(yield func(File, *Problem) bool) {
		seen := map[string]bool{}
		for _, path := range paths {
			for file, trouble := range find(path) {
				if trouble == nil {
					name := filepath.Clean(file.Path)
					if seen[name] {
						continue
					}
					seen[name] = true
				}
				if !yield(file, trouble) {
					return
				}
			}
		}
	}
}

// File gives the documents of one file. Errors are those of All.
func (r Reader) File(ctx context.Context, f File) iter.Seq2[*Document, error] {
	return func(yield func(*Document, error) bool) {
		data, trouble, err := r.Read(ctx, f)
		switch {
		case err != nil:
			yield(nil, err)
		case trouble != nil:
			yield(nil, trouble)
		default:
			r.documents(ctx, f, data, yield)
		}
	}
}

// Documents gives the documents of a file's bytes. Errors are those of All.
func (r Reader) Documents(ctx context.Context, f File, data []byte) iter.Seq2[*Document, error] {
	return func(yield func(*Document, error) bool) { r.documents(ctx, f, data, yield) }
}

func (r Reader) documents(ctx context.Context, f File, data []byte, yield func(*Document, error) bool) {
	f.Found = f.Found || r.Lenient
	text, trouble := decoded(f.Path, data)
	if trouble != nil {
		trouble.Other = r.other(data)
		yield(nil, trouble)
		return
	}
	if r.skips(text) {
		return
	}
	if trouble := template(f.Path, text); trouble != nil {
		yield(nil, trouble)
		return
	}
	index := 0
	for part := range split(text) {
		if ctx.Err() != nil {
			yield(nil, context.Cause(ctx))
			return
		}
		if r.skips(part.text) {
			continue
		}
		if index == maxDocuments {
			yield(nil, &Problem{File: f.Path, Place: Place{Line: part.line + 1}, Document: index,
				Message: "the file has more than 10,000 documents; what follows is not read, split it"})
			return
		}
		documents, trouble := part.documents(f, index)
		if len(documents) == 0 && trouble == nil {
			continue // nothing but comments
		}
		index++
		for _, d := range documents {
			if !yield(d, nil) {
				return
			}
		}
		if trouble != nil {
			if trouble.Other = r.other(part.text); !yield(nil, trouble) {
				return
			}
		}
	}
}
