package manifest

import (
	"bytes"
	"context"
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
		opened, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer opened.Close()
		var buffer bytes.Buffer
		if info, err := opened.Stat(); err == nil && info.Size() <= maxFile {
			buffer.Grow(int(info.Size()) + bytes.MinRead)
		}
		_, err = buffer.ReadFrom(io.LimitReader(opened, maxFile+1))
		return buffer.Bytes(), err
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
