package batch

import (
	"fmt"
	"testing"
)

func TestTextsAreRememberedUpToABound(t *testing.T) {
	t.Parallel()
	var m memory
	first := m.term("busybox:1.37", referenceTerm)
	if again := m.term("busybox:1.37", referenceTerm); again != first {
		t.Error("the name was read twice")
	}
	for range 2 {
		if m.term("Busy Box", referenceTerm) != nil {
			t.Error("a term of what is no name")
		}
	}
	for n := range 3 * mostRemembered {
		name := fmt.Sprintf("busybox:%d", n)
		if got, want := m.term(name, referenceTerm), referenceTerm(name); got.Value.Compare(want.Value) != 0 {
			t.Fatalf("%s: %v, want %v", name, got, want)
		}
		if count := m.known.Load().count.Load(); count > mostRemembered {
			t.Fatalf("%d names are remembered, at most %d were expected", count, mostRemembered)
		}
	}
}
