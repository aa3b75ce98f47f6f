package image

import (
	"fmt"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// pushes sends the layout to a registry in the way of the release workflow; it must keep the digest that was tested.
func pushes(t *testing.T, root string, l layout, digest string) {
	crane := program(t, root, "crane", "github.com/google/go-containerregistry/cmd/crane")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	registry := exec.CommandContext(t.Context(), crane, "registry", "serve", "--address", address)
	if err := registry.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = registry.Process.Kill()
		_ = registry.Wait()
	})
	for end := time.Now().Add(time.Minute); ; {
		connection, err := net.Dial("tcp", address)
		if err == nil {
			connection.Close()
			break
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
	reference := fmt.Sprintf("%s/batchgate:%s", address, version)
	output(t, root, nil, crane, "push", string(l), reference)
	if got := strings.TrimSpace(output(t, root, nil, crane, "digest", reference)); got != digest {
		t.Errorf("pushed as %s, built as %s", got, digest)
	}
}
