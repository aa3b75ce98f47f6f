package live

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestFilesThatCannotBeReadAreTriedAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "p.yaml")
	if err := os.Symlink("/proc/self/mem", path); err != nil { // nothing is mapped at 0: an error of the device
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		var at []time.Duration
		began := time.Now()
		l, err := New(Options{Spec: path, Interval: time.Second, Loaded: func(Attempt) {
			at = append(at, time.Since(began).Truncate(5*time.Second))
		}})
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- l.Run(ctx) }()
		time.Sleep(time.Minute) // of the bubble
		write(t, dir, "p.yaml", good)
		time.Sleep(5 * time.Second)
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]time.Duration{0, 10 * time.Second, 30 * time.Second, time.Minute}, at); diff != "" {
			t.Errorf("tried at (-want +got):\n%s", diff)
		}
		if l.Ready() != nil {
			t.Errorf("not ready: %v", l.Ready())
		}
	})
}
