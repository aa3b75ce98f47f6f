package html

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdpruntime "github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// report writes the report of the examples.
func report(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	binary, path := filepath.Join(dir, "batchgate"), filepath.Join(dir, "report.html")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "./cmd/batchgate")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	check := exec.CommandContext(t.Context(), binary, "check", "-o", "html="+path, "manifests/examples")
	check.Dir = "../.."
	out, err := check.CombinedOutput()
	if exit := (*exec.ExitError)(nil); err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		t.Fatalf("%v\n%s", err, out)
	}
	return path
}

// browser is Chromium, without a window.
func browser(t *testing.T) context.Context {
	t.Helper()
	install := exec.CommandContext(t.Context(), "./install.sh")
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("no browser: %v\n%s", err, out)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("chromium"), chromedp.NoSandbox)
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	ctx, cancel = context.WithTimeout(ctx, 30*time.Second)
	t.Cleanup(cancel)
	return ctx
}

// heard is what the browser says of a page.
type heard struct {
	mu    sync.Mutex
	loads []string
	wrong []string
}

func (h *heard) listen(event any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch e := event.(type) {
	case *network.EventRequestWillBeSent:
		h.loads = append(h.loads, e.Request.URL)
	case *cdpruntime.EventExceptionThrown:
		h.wrong = append(h.wrong, e.ExceptionDetails.Text)
	case *cdpruntime.EventConsoleAPICalled:
		h.wrong = append(h.wrong, "console: "+string(e.Type))
	case *log.EventEntryAdded:
		h.wrong = append(h.wrong, e.Entry.Text)
	}
}

func TestThePageFitsEveryWindow(t *testing.T) {
	path, ctx := report(t), browser(t)
	for _, window := range []struct {
		name          string
		width, height int64
		dark          bool
	}{
		{"phone", 360, 740, false}, {"phone-dark", 360, 740, true}, {"desk", 1280, 800, false}, {"desk-dark", 1280, 800, true},
	} {
		scheme := "light"
		if window.dark {
			scheme = "dark"
		}
		var wide int64
		var ground string
		var shot []byte
		said := &heard{}
		tab, cancel := chromedp.NewContext(ctx)
		chromedp.ListenTarget(tab, said.listen)
		err := chromedp.Run(tab,
			network.Enable(), log.Enable(), cdpruntime.Enable(),
			emulation.SetDeviceMetricsOverride(window.width, window.height, 1, window.width < 500),
			emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
			chromedp.Navigate("file://"+path),
			chromedp.WaitVisible("article", chromedp.ByQuery),
			chromedp.Evaluate(`document.querySelectorAll("details").forEach((d) => { d.open = true })`, nil),
			chromedp.Evaluate(`document.documentElement.scrollWidth`, &wide),
			chromedp.Evaluate(`getComputedStyle(document.body).backgroundColor`, &ground),
			chromedp.FullScreenshot(&shot, 100),
		)
		cancel()
		if err != nil {
			t.Fatalf("%s: %v", window.name, err)
		}
		if wide > window.width {
			t.Errorf("%s: the page is %d wide, the window %d", window.name, wide, window.width)
		}
		if light := "rgb(246, 247, 249)"; (ground == light) == window.dark {
			t.Errorf("%s: the ground is %s", window.name, ground)
		}
		said.check(t, window.name)
		keep(t, window.name+".png", shot)
	}
}

// check holds what was heard to a page that needs nothing and goes wrong nowhere.
func (h *heard) check(t *testing.T, name string) {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, url := range h.loads {
		if !strings.HasPrefix(url, "file://") {
			t.Errorf("%s: it loads %s", name, url)
		}
	}
	if len(h.loads) > 1 {
		t.Errorf("%s: it loads %q", name, h.loads)
	}
	if len(h.wrong) > 0 {
		t.Errorf("%s: %q", name, h.wrong)
	}
}

func TestTheFilterWorksWithoutAMouse(t *testing.T) {
	path, ctx := report(t), browser(t)
	said := &heard{}
	chromedp.ListenTarget(ctx, said.listen)
	var focused []string
	var all, refused, named int64
	const shown = `document.querySelectorAll("article:not([hidden])").length`
	focus := func() chromedp.Action {
		return chromedp.ActionFunc(func(ctx context.Context) error {
			var id string
			err := chromedp.Evaluate(`document.activeElement.id`, &id).Do(ctx)
			focused = append(focused, id)
			return err
		})
	}
	var says string
	if err := chromedp.Run(ctx,
		network.Enable(), log.Enable(), cdpruntime.Enable(),
		chromedp.Navigate("file://"+path), chromedp.WaitVisible("article", chromedp.ByQuery),
		chromedp.Evaluate(shown, &all),
		chromedp.KeyEvent(kb.Tab), focus(),
		chromedp.KeyEvent("r"), // the first mode that begins with it
		chromedp.Evaluate(shown, &refused),
		chromedp.KeyEvent("a"),
		chromedp.KeyEvent(kb.Tab), focus(),
		chromedp.KeyEvent(kb.Tab), focus(),
		chromedp.KeyEvent("runaway"),
		chromedp.Evaluate(shown, &named),
		chromedp.Evaluate(`document.getElementById("found").value`, &says),
	); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(focused); got != "[mode rule text]" {
		t.Errorf("the tabulator leads through %s", got)
	}
	if refused == 0 || refused >= all || named != 1 || says != "1 shown" {
		t.Errorf("of %d objects %d are refused, %d named, and it says %q", all, refused, named, says)
	}
	said.check(t, "filter")
}

// keep writes a screenshot where somebody wants to see it.
func keep(t *testing.T, name string, picture []byte) {
	t.Helper()
	dir := os.Getenv("BATCHGATE_ARTEFACTS")
	if dir == "" {
		return
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), picture, 0o644); err != nil {
		t.Fatal(err)
	}
}
