package main

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTheREADMEShowsWhatIsPrinted runs the commands of the README that have an
// output beside them.
func TestTheREADMEShowsWhatIsPrinted(t *testing.T) {
	t.Chdir("../..")
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for block := range strings.SplitSeq(string(readme), "```console\n") {
		command, rest, found := strings.Cut(block, "\n")
		args, ours := strings.CutPrefix(command, "$ go run ./cmd/batchgate ")
		if !found || !ours {
			continue
		}
		want, _, _ := strings.Cut(rest, "```")
		var out, errs bytes.Buffer
		run(strings.Fields(args), strings.NewReader(""), &out, &errs)
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("%s (-README +printed):\n%s", command, diff)
		}
		shown++
	}
	if shown == 0 {
		t.Error("the README shows no output")
	}
}
