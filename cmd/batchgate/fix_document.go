package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/dryrun"
)

// rounds is how often what was fixed is judged again: a fix may bring about another
// finding, once or twice.
const rounds = 4

// malformedError is what is said of a document that the API server would not take: what
// is filled in there, nobody can know.
type malformedError struct{ result *dryrun.Result }

func (e *malformedError) Error() string { return e.result.Malformed.Error() }

// sets are the fields that a document lacks, with their values.
func (f *fixing) sets(ctx context.Context, doc *manifest.Document) ([]manifest.Set, error) {
	var all []manifest.Set
	text := doc.JSON
	for round := range rounds {
		r, err := f.judge.Create(ctx, text)
		switch {
		case err != nil:
			return nil, err
		case r.Malformed != nil && round == 0:
			return nil, &malformedError{r}
		case r.Malformed != nil:
			return all, nil // it is told when they are to be written
		}
		more := f.wishes(r)
		added := false
		for _, s := range more {
			at := slices.IndexFunc(all, func(have manifest.Set) bool { return have.Field == s.Field })
			switch {
			case at < 0:
				all = append(all, s)
				added = true
			case !bytes.Equal(all[at].Value, s.Value):
				all[at] = s
				added = true
			}
		}
		if !added {
			break
		}
		if _, text, err = doc.Set(all); err != nil {
			break // it is told when they are to be written
		}
	}
	return all, nil
}

// wishes are what the cluster fills in, and what findings offer where that is
// asked for. A finding has the last word.
func (f *fixing) wishes(r *dryrun.Result) (all []manifest.Set) {
	for _, c := range r.Mutation.Changes {
		all = append(all, manifest.Set{Field: c.Field, Value: c.To})
	}
	if !f.findings {
		return all
	}
	for _, found := range r.Verdict.Findings {
		if len(found.Fix) == 0 || found.Field == "" || found.Excepted != nil || found.Mode == config.Audit {
			continue
		}
		all = slices.DeleteFunc(all, func(s manifest.Set) bool { return s.Field == found.Field })
		all = append(all, manifest.Set{Field: found.Field, Value: found.Fix})
	}
	return all
}

// means reads an edited file and holds each document to what it should say: those
// that are planned for to that, all others to what they said before.
func (f *fixing) means(ctx context.Context, file manifest.File, data []byte, before [][]byte, plans []plan) error {
	fixed, err := manifest.Apply(data, editsOf(plans))
	if err != nil {
		return err
	}
	want := slices.Clone(before)
	for _, p := range plans {
		want[p.number] = p.want
	}
	number := 0
	for doc, err := range f.reader.Documents(ctx, file, fixed) {
		if err != nil {
			continue // as before; the number of documents tells
		}
		if number >= len(want) || !sameJSON(want[number], doc.JSON) {
			return errors.New("it would say something else afterwards")
		}
		number++
	}
	if number != len(want) {
		return errors.New("it would say something else afterwards")
	}
	return nil
}

func sameJSON(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	var one, other any
	return json.Unmarshal(a, &one) == nil && json.Unmarshal(b, &other) == nil && reflect.DeepEqual(one, other)
}
