// The command generate writes the schema of a rule's input to the file it is
// given.
package main

import (
	"fmt"
	"os"

	"github.com/batchgate/batchgate/policies/schema/internal/shape"
)

func main() {
	text, err := shape.JSON()
	if err == nil {
		err = os.WriteFile(os.Args[1], text, 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
