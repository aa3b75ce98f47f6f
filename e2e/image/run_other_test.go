//go:build !linux

package image

import "testing"

func runs(t *testing.T, _ string, _ layout, _ []descriptor) {
	t.Skip("this machine cannot run a Linux program")
}
