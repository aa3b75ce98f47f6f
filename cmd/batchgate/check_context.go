package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/engine"
)

// maxContext bounds what is kept of all documents until they are judged.
const maxContext = 16 << 20

// surroundings are what the documents themselves say of the namespaces that
// their Jobs go to.
type surroundings struct {
	fallback   string // the namespace of documents that name none
	validation apiserver.FieldValidation
	size       int

	seen map[string]*manifest.Document // by kind, namespace and name

	namespaces  map[string]engine.Namespace
	constraints engine.Constraints

	taken map[position]error // what became of each document
	known map[string]bool    // namespaces of which everything is
}

// position tells the documents of a run apart.
type position struct {
	file     string
	document int
	place    manifest.Place // of an item of a list
}

func positionOf(doc *manifest.Document) position { return position{doc.File, doc.Index, doc.Place} }

func newSurroundings(fallback string, validation apiserver.FieldValidation) *surroundings {
	return &surroundings{
		fallback:   fallback,
		validation: validation,
		seen:       map[string]*manifest.Document{},
		namespaces: map[string]engine.Namespace{},
		taken:      map[position]error{},
		known:      map[string]bool{},
	}
}

// gather reads what surrounds the Jobs, before any of them is judged: it may
// stand behind them, and in another file. What cannot be read is left to whoever
// reads it next.
func gather(ctx context.Context, r manifest.Reader, paths []string, fallback string, validation apiserver.FieldValidation) (*surroundings, error) {
	s := newSurroundings(fallback, validation)
	r.Only = mayBeContext
	for doc, err := range r.All(ctx, paths) {
		if _, unread := errors.AsType[*manifest.Problem](err); unread {
			continue
		}
		if err != nil {
			return nil, err
		}
		if !isContext(doc) {
			continue
		}
		err := s.take(doc)
		if s.taken[positionOf(doc)] = err; err != nil {
			continue // it is told in its turn
		}
		if s.size += len(doc.JSON); s.size > maxContext {
			return nil, errors.New("the Namespaces, LimitRanges and ResourceQuotas come to more than 16 MiB; check fewer files at once")
		}
	}
	return s, ctx.Err()
}

// mayBeContext spares reading what has none of the kinds in it.
func mayBeContext(text []byte) bool {
	return slices.ContainsFunc([]string{"Namespace", "LimitRange", "ResourceQuota"}, func(kind string) bool {
		return bytes.Contains(text, []byte(kind))
	})
}

// isContext tells the kinds that are not judged but count for those that are.
func isContext(doc *manifest.Document) bool {
	return doc.APIVersion == "v1" && slices.Contains([]string{"Namespace", "LimitRange", "ResourceQuota"}, doc.Kind)
}

// take learns from a document. Of two with one name nobody knows which one holds
// in the cluster, unless they are the same.
func (s *surroundings) take(doc *manifest.Document) error {
	switch doc.Kind {
	case "Namespace":
		return s.namespace(doc)
	case "LimitRange":
		return s.limitRange(doc)
	case "ResourceQuota":
		return s.quota(doc)
	}
	return nil
}

// twice is told of the later one of two that differ; again says that it is known.
func (s *surroundings) twice(doc *manifest.Document, namespace, name string) (again bool, err error) {
	if name == "" { // the cluster makes one
		return false, nil
	}
	key := doc.Kind + " " + namespace + "/" + name
	first, ok := s.seen[key]
	if !ok {
		s.seen[key] = doc
		return false, nil
	}
	if bytes.Equal(first.JSON, doc.JSON) {
		return true, nil
	}
	return true, &apiserver.SurroundingsError{
		Field:   "metadata.name",
		Message: fmt.Sprintf("is %s, which stands in %s:%d already with another content; expected each once", name, first.File, first.Place.Line),
	}
}

func (s *surroundings) namespace(doc *manifest.Document) error {
	read, err := apiserver.Namespace(doc.JSON, s.validation)
	if err != nil {
		return err
	}
	if again, err := s.twice(doc, "", read.Name); again || err != nil {
		return err
	}
	delete(read.Annotations, corev1.LastAppliedConfigAnnotation) // the gate never sees it either
	s.namespaces[read.Name] = engine.Namespace{Labels: read.Labels, Annotations: read.Annotations, LabelsKnown: true}
	return nil
}

func (s *surroundings) limitRange(doc *manifest.Document) error {
	read, err := apiserver.LimitRange(doc.JSON, s.validation)
	if err != nil {
		return err
	}
	home := s.home(read.Namespace)
	if again, err := s.twice(doc, home, read.Name); again || err != nil {
		return err
	}
	s.constraints.SetLimits(home, s.called(doc, read.Name), read)
	return nil
}

func (s *surroundings) quota(doc *manifest.Document) error {
	read, err := apiserver.ResourceQuota(doc.JSON, s.validation)
	if err != nil {
		return err
	}
	home := s.home(read.Namespace)
	if again, err := s.twice(doc, home, read.Name); again || err != nil {
		return err
	}
	s.constraints.SetQuota(home, s.called(doc, read.Name), read)
	return nil
}

func (s *surroundings) home(namespace string) string {
	if namespace == "" {
		return s.fallback
	}
	return namespace
}

// called is a name to tell an object by. One that the cluster names is told by
// where it stands: there may be several with one generateName.
func (s *surroundings) called(doc *manifest.Document, name string) string {
	at := positionOf(doc)
	return cmp.Or(name, fmt.Sprintf("* %v", at))
}

// of is what is known of a namespace. Documents that hold one LimitRange of it
// are taken to hold all of them, and so with ResourceQuotas.
func (s *surroundings) of(name string) engine.Namespace {
	known := s.namespaces[name]
	known.Name = name
	known = s.constraints.Of(known)
	known.LimitsKnown, known.QuotasKnown = s.constraints.Has(name)
	if s.known[name] {
		known.LimitsKnown, known.QuotasKnown = true, true
	}
	return known
}

// replay is the standard input, which is read twice and says everything once.
type replay struct {
	in    io.Reader
	heard bytes.Buffer
}

func (r *replay) Read(p []byte) (int, error) {
	n, err := r.in.Read(p)
	r.heard.Write(p[:n])
	return n, err
}

// again says what was heard, and then goes on.
func (r *replay) again() io.Reader { return io.MultiReader(&r.heard, r.in) }
