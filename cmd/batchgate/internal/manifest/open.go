package manifest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Read gives the bytes of a file. The error is that of ctx.
func (r Reader) Read(ctx context.Context, f File) ([]byte, *Problem, error) {
	data, err := r.bytes(ctx, f.Path)
	switch {
	case ctx.Err() != nil:
		return nil, nil, context.Cause(ctx)
	case err != nil:
		return nil, problem(f.Path, "%s", reason(err)), nil
	case len(data) > maxFile:
		return nil, problem(f.Path, "has more than 16 MiB, which is the most that is read; split it"), nil
	}
	return data, nil, nil
}

func (r Reader) bytes(ctx context.Context, path string) ([]byte, error) {
	if path != Stdin {
		return bounded(path, maxFile)
	}
	// A terminal may never say anything; who interrupts need not wait for it.
	type result struct {
		data []byte
		err  error
	}
	read := make(chan result, 1)
	go func() {
		data, err := io.ReadAll(io.LimitReader(r.In, maxFile+1))
		read <- result{data, err}
	}()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case got := <-read:
		return got.data, got.err
	}
}

// bounded gives at most one byte more than most of a file.
func bounded(path string, most int64) ([]byte, error) {
	opened, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	var buffer bytes.Buffer
	if info, err := opened.Stat(); err == nil && info.Size() <= most {
		buffer.Grow(int(info.Size()) + bytes.MinRead)
	}
	_, err = buffer.ReadFrom(io.LimitReader(opened, most+1))
	return buffer.Bytes(), err
}

// ReadFile gives the bytes of a file beside the manifests, which is a regular one too
// and has at most so many MiB. The error does not name it.
func ReadFile(path string, most int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, errors.Unwrap(err)
	}
	if what := kindOf(info.Mode()); what != "" {
		return nil, fmt.Errorf("is %s, expected a file", what)
	}
	data, err := bounded(path, most<<20)
	if err != nil {
		return nil, errors.New(reason(err))
	}
	if int64(len(data)) > most<<20 {
		return nil, fmt.Errorf("has more than %d MiB, which is the most that is read", most)
	}
	return data, nil
}

// decoded is the text of bytes as kubectl decodes it, UTF-16 by its byte order mark,
// else UTF-8, with \n at the end of lines.
func decoded(path string, data []byte) ([]byte, *Problem) {
	wide := bytes.HasPrefix(data, []byte{0xfe, 0xff}) || bytes.HasPrefix(data, []byte{0xff, 0xfe})
	text := bytes.TrimPrefix(data, []byte("\ufeff"))
	if wide || !utf8.Valid(text) {
		if !wide && bytes.IndexByte(text, 0) >= 0 {
			return nil, binary(path, text)
		}
		var err error
		if text, _, err = transform.Bytes(unicode.BOMOverride(unicode.UTF8.NewDecoder()), data); err != nil {
			return nil, problem(path, "is not text: %v", err)
		}
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return nil, binary(path, text)
	}
	if bytes.IndexByte(text, '\r') >= 0 {
		text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n"))
	}
	return text, nil
}

func binary(path string, text []byte) *Problem {
	p := problem(path, "is a binary file; expected YAML or JSON")
	p.Place.Line = 1 + bytes.Count(text[:bytes.IndexByte(text, 0)], []byte("\n"))
	return p
}
