package certs

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// expiries say when a CA need not be trusted any more, by its fingerprint. In
// a Secret they are lines of a fingerprint and a time.
type expiries map[string]time.Time

func (e expiries) encode() []byte {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(e)) {
		fmt.Fprintf(&text, "%s %s\n", name, rfc3339(e[name]))
	}
	return []byte(text.String())
}

// drop forgets what was over before a time, and reports whether there was any.
func (e expiries) drop(before time.Time) bool {
	n := len(e)
	maps.DeleteFunc(e, func(_ string, until time.Time) bool { return until.Before(before) })
	return len(e) != n
}

// decodeExpiries leaves out what it cannot read.
func decodeExpiries(text []byte) expiries {
	e := expiries{}
	for line := range strings.Lines(string(text)) {
		name, at, _ := strings.Cut(strings.TrimSpace(line), " ")
		if until, err := time.Parse(time.RFC3339, at); err == nil {
			e[name] = until
		}
	}
	return e
}

// fingerprint is the SHA-256 of a certificate, as openssl x509 -fingerprint
// prints it but for the colons.
func fingerprint(cert *x509.Certificate) string {
	sum := sha256.Sum256(cert.Raw)
	return hex.EncodeToString(sum[:])
}
