package certs

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"
)

// Reasons of a Notice: what is wrong, until it is mended.
const (
	ReasonClockSkew      = "ClockSkew"                 // the local clock differs from the API server's
	ReasonCallFailed     = "APIServerCallFailed"       // it is away, or a right is missing
	ReasonSecretUnusable = "CertificateSecretUnusable" // missing, garbage, or key and certificate do not match
	ReasonFilesUnusable  = "CertificateFilesUnusable"  // the same of mounted files
	ReasonNotTrusted     = "CertificateNotTrusted"     // a caBundle does not verify what is served
	ReasonWaiting        = "CertificateWaiting"        // a new certificate is not served yet: its CA is not trusted
	ReasonInvalid        = "CertificateInvalid"        // what is served has expired or is not valid yet
	ReasonNotWritten     = "CABundleNotWritten"        // the same of a webhook configuration
)

// Reasons of a Notice: what happened.
const (
	ReasonRotating       = "CARotationStarted"
	ReasonRotated        = "CARotated"
	ReasonSecretRestored = "CertificateSecretRestored"
	ReasonBundleRestored = "CABundleRestored"
)

// teller says everything once: in the log, to whoever asked for notices, and
// as the present problem.
type teller struct {
	log    *slog.Logger
	notice func(reason, text string)

	mu       sync.Mutex
	problems map[string]string // text by reason
}

func newTeller(o Options) *teller {
	return &teller{log: o.Log, notice: o.Notice, problems: map[string]string{}}
}

// problem says that something is wrong; again only when it is wrong otherwise.
// A nil error says that it is in order again.
func (t *teller) problem(reason string, err error) {
	if errors.Is(err, context.Canceled) {
		return // the process ends
	}
	t.mu.Lock()
	was, had := t.problems[reason]
	if err == nil {
		delete(t.problems, reason)
	} else {
		t.problems[reason] = err.Error()
	}
	t.mu.Unlock()
	switch {
	case err == nil && had:
		t.log.Info("certificate problem is over", "reason", reason)
	case err != nil && was != err.Error():
		t.log.Warn("certificate problem", "reason", reason, "error", err.Error())
		t.notice(reason, err.Error())
	}
}

// event says that something happened.
func (t *teller) event(reason, text string) {
	t.log.Info(text, "reason", reason)
	t.notice(reason, text)
}

// Problem is what is out of order now.
func (t *teller) Problem() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	var errs []error
	for _, reason := range slices.Sorted(maps.Keys(t.problems)) {
		errs = append(errs, errors.New(t.problems[reason]))
	}
	return errors.Join(errs...)
}
