package regotest

import (
	"fmt"
	"strings"
)

// Instruction is how a line begins that tells the author of a new rule what to
// do there; whoever has done it takes the line away.
const Instruction = "# NEW: "

// instructions are what a new rule still asks its author to do.
func instructions(shown string, text []byte) (problems []string) {
	for i, l := range strings.Split(string(text), "\n") {
		if _, what, ok := strings.Cut(l, Instruction); ok && strings.Trim(l[:len(l)-len(Instruction)-len(what)], "# \t") == "" {
			problems = append(problems, fmt.Sprintf("%s:%d: to do: %s", shown, i+1, what))
		}
	}
	return problems
}
