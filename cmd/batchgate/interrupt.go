package main

import (
	"context"
	"os"
	"os/signal"
	"slices"
	"syscall"
)

// interruptible gives a context that ends when somebody asks the program to: by Ctrl-C,
// because the job is cancelled, or because the terminal is gone. A second time ends the
// process at once. Until it is stopped, a reader who has gone is an error of what is
// written, so that there is time to clean up.
func interruptible(parent context.Context) (context.Context, func()) {
	signals := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
	signals = slices.DeleteFunc(signals, signal.Ignored) // as under nohup
	ctx, stop := context.WithCancel(parent)
	if len(signals) > 0 { // none would mean all
		ctx, stop = signal.NotifyContext(parent, signals...)
	}
	context.AfterFunc(ctx, stop)
	gone := make(chan os.Signal, 1)
	signal.Notify(gone, syscall.SIGPIPE)
	return ctx, func() {
		stop()
		signal.Stop(gone)
	}
}
