package engine

import (
	"fmt"
	"maps"
	"slices"
	"sync/atomic"

	batchv1 "k8s.io/api/batch/v1"
	kjson "sigs.k8s.io/json"

	"github.com/batchgate/batchgate/policies/batch"
)

// mostProven bounds what proven remembers. A policy writes few different
// values; those that depend on what authors wrote could be any number, and of
// any length.
const (
	mostProven    = 1024
	longestProven = 1024
)

// proven remembers which values the API server can read in which fields, so
// that each is decoded once and not for every Job. It is safe for concurrent
// use. What is known is never written to, but replaced: adding is rare and
// looking is not.
type proven struct {
	known atomic.Pointer[map[string]bool]
}

func (p *proven) has(key []byte) bool {
	known := p.known.Load()
	return known != nil && (*known)[string(key)]
}

// add may forget what is added at the same time, which is then decoded again.
func (p *proven) add(keys []string) {
	more := map[string]bool{}
	if known := p.known.Load(); known != nil {
		if len(*known) >= mostProven {
			return
		}
		maps.Copy(more, *known)
	}
	for _, key := range keys {
		if len(key) <= longestProven {
			more[key] = true
		}
	}
	p.known.Store(&more)
}

// readable decodes strictly what the changes write into the typed object. Only
// that: the rest of the object may hold fields that are newer than this build.
func (e *Engine) readable(kind batch.Kind, changes []Change, places [][]string) error {
	var keys []string
	var writes []write
	key := make([]byte, 0, 256)
	for i, c := range changes {
		if key = appendKey(key[:0], kind, places[i], c.To); !e.proven.has(key) {
			keys = append(keys, string(key))
			writes = append(writes, write{below: places[i], value: c.To})
		}
	}
	if len(keys) == 0 {
		return nil
	}
	slices.SortFunc(writes, func(a, b write) int { return slices.Compare(a.below, b.below) })
	var into any = &batchv1.Job{}
	if kind == batch.CronJob {
		into = &batchv1.CronJob{}
	}
	strict, err := kjson.UnmarshalStrict(appendNested(nil, writes, 0), into)
	if err == nil && len(strict) > 0 {
		err = strict[0]
	}
	if err != nil {
		return fmt.Errorf("what the rules fill in is not valid: %w", err)
	}
	e.proven.add(keys)
	return nil
}

// isIndex reports whether a token of a pointer may be an item's index.
func isIndex(token string) bool {
	for _, c := range []byte(token) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return token != ""
}

// appendKey names a value and its field. Which item of a list it is in does not
// matter.
func appendKey(b []byte, kind batch.Kind, place []string, value []byte) []byte {
	b = append(b, kind...)
	for _, token := range place {
		if isIndex(token) {
			token = "*"
		}
		b = append(append(b, 0), token...)
	}
	return append(append(b, 0), value...)
}
