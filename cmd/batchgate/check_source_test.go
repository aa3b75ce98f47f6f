package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
)

func TestALongManifestIsShownWhereItMatters(t *testing.T) {
	t.Parallel()
	lines := make([]report.SourceLine, 1000)
	for i := range lines {
		lines[i] = report.SourceLine{Number: i + 1, Mark: ' ', Text: fmt.Sprint("line ", i+1)}
	}
	lines[499].Mark = '-'
	var shown strings.Builder
	for _, l := range excerpt(lines, map[int]bool{606: true}) {
		fmt.Fprintln(&shown, l.Text)
	}
	text := shown.String()
	for _, want := range []string{"line 490\n", "line 510\n", "line 596\n", "line 616\n", "… 489 lines are not shown\n", "… 85 lines are not shown\n", "… 384 lines are not shown\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not shown", want)
		}
	}
	if strings.Contains(text, "line 511\n") {
		t.Error("more is shown than is near")
	}
	if n := len(excerpt(lines[:longestSource], nil)); n != longestSource {
		t.Errorf("%d lines of a document of %d", n, longestSource)
	}
}
