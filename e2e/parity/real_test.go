package parity

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/batchgate/batchgate/e2e/corpus"
)

// realManifests are those that this repository has: the examples that are
// shipped, those of the rules, what people run, the guide's, and what was once
// sent to a real API server.
func realManifests(root string) ([][]byte, error) {
	var out [][]byte
	examples, err := filepath.Glob(filepath.Join(root, "manifests", "examples", "*.yaml"))
	if err != nil {
		return nil, err
	}
	for _, path := range examples {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	archives, err := filepath.Glob(filepath.Join(root, "policies", "rules", "*", "examples.txtar"))
	if err != nil {
		return nil, err
	}
	for _, path := range archives {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		out = append(out, objects(string(text))...)
	}
	for _, name := range []string{"corpus", "guide"} {
		cases, err := corpus.Read(os.DirFS(filepath.Join(root, "e2e", "testdata", name)))
		if err != nil {
			return nil, err
		}
		for _, c := range cases {
			out = append(out, c.Manifest)
		}
	}
	recorded, err := recordedInputs(filepath.Join(root, "policies", "apiserver", "testdata", "cases.jsonl"))
	return append(out, recorded...), err
}

// objects are the files object.yaml of an archive of examples.
func objects(archive string) [][]byte {
	var out [][]byte
	var file *bytes.Buffer
	for line := range strings.Lines(archive) {
		switch {
		case strings.HasPrefix(line, "-- ") && strings.HasSuffix(line, "/object.yaml --\n"):
			file = &bytes.Buffer{}
		case strings.HasPrefix(line, "-- ") && file != nil:
			out, file = append(out, file.Bytes()), nil
		case file != nil:
			file.WriteString(line)
		}
	}
	if file != nil {
		out = append(out, file.Bytes())
	}
	return out
}

func recordedInputs(path string) ([][]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var out [][]byte
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 4<<20)
	for lines.Scan() {
		var recorded struct{ Input json.RawMessage }
		if err := json.Unmarshal(lines.Bytes(), &recorded); err != nil {
			return nil, err
		}
		out = append(out, recorded.Input)
	}
	return out, lines.Err()
}
