package batch

import (
	"fmt"
	"testing"
)

func TestImagesAreRememberedUpToABound(t *testing.T) {
	var i images
	first := i.term("busybox:1.37")
	if again := i.term("busybox:1.37"); again != first {
		t.Error("the name was read twice")
	}
	for range 2 {
		if i.term("Busy Box") != nil {
			t.Error("a term of what is no name")
		}
	}
	for n := range 3 * mostImages {
		name := fmt.Sprintf("busybox:%d", n)
		if got, want := i.term(name), referenceTerm(name); got.Value.Compare(want.Value) != 0 {
			t.Fatalf("%s: %v, want %v", name, got, want)
		}
		if count := i.known.Load().count.Load(); count > mostImages {
			t.Fatalf("%d names are remembered, at most %d were expected", count, mostImages)
		}
	}
}
