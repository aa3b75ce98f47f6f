package engine

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	batchv1 "k8s.io/api/batch/v1"
	kjson "sigs.k8s.io/json"

	"github.com/batchgate/batchgate/policies/batch"
)

// mostProven bounds what proven remembers. A policy writes few different
// values; those that depend on what authors wrote could be any number.
const mostProven = 4096

// proven remembers which values the API server can read in which fields, so
// that each is decoded once and not for every Job. It is safe for concurrent
// use.
type proven struct {
	known sync.Map // string -> struct{}
	count atomic.Int64
}

func (p *proven) has(key string) bool {
	_, ok := p.known.Load(key)
	return ok
}

func (p *proven) add(key string) {
	if p.count.Load() >= mostProven {
		return
	}
	if _, known := p.known.LoadOrStore(key, struct{}{}); !known {
		p.count.Add(1)
	}
}

// readable leaves out the changes of rules that want something the API server
// cannot read, and says so: one rule's mistake is not another's. Only what the
// changes write is decoded, because the rest of the object may hold fields that
// are newer than this build.
func (e *Engine) readable(s *subject, changes []Change, places [][]string) ([]Change, [][]string, []Problem) {
	kind := s.object.Kind()
	root := &tree{}
	var keys []string
	for i, c := range changes {
		if key := provenKey(kind, places[i], c.To); !e.proven.has(key) {
			keys = append(keys, key)
			root.put(places[i], c.To)
		}
	}
	if len(keys) == 0 || decoded(kind, root) == nil {
		for _, key := range keys {
			e.proven.add(key)
		}
		return changes, places, nil
	}
	var problems []Problem
	wrong := map[string]bool{}
	for i, c := range changes {
		alone := &tree{}
		alone.put(places[i], c.To)
		if err := decoded(kind, alone); err != nil && !wrong[c.Rule] {
			wrong[c.Rule] = true
			problems = append(problems, Problem{Rules: []string{c.Rule}, Field: c.Field, Message: policyError(fmt.Errorf("the value to fill in is not valid: %w", err))})
		}
	}
	var kept []Change
	var where [][]string
	for i, c := range changes {
		if !wrong[c.Rule] {
			kept, where = append(kept, c), append(where, places[i])
		}
	}
	return kept, where, problems
}

// decoded decodes strictly into the typed object.
func decoded(kind batch.Kind, t *tree) error {
	var into any = &batchv1.Job{}
	if kind == batch.CronJob {
		into = &batchv1.CronJob{}
	}
	strict, err := kjson.UnmarshalStrict(t.json(), into)
	if err == nil && len(strict) > 0 {
		err = strict[0]
	}
	return err
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

// provenKey names a value and its field. Which item of a list it is in does not
// matter.
func provenKey(kind batch.Kind, place []string, value []byte) string {
	var b strings.Builder
	b.WriteString(string(kind))
	for _, token := range place {
		if isIndex(token) {
			token = "*"
		}
		b.WriteByte(0)
		b.WriteString(token)
	}
	b.WriteByte(0)
	b.Write(value)
	return b.String()
}
