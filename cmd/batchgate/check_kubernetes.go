package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation/field"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/dryrun"
)

// duplicates warns of keys that no client sends, because they stand twice.
func (w written) duplicates() {
	for _, d := range w.doc.Duplicates() {
		w.add(report.Finding{
			Source: report.FromKubernetes, Mode: report.Warn, Field: d.Field, Reached: true,
			Message:  fmt.Sprintf("stands twice; the one in line %d is lost", d.Lost.Line),
			Unplaced: "stands twice",
			Line:     d.At.Line, Column: d.At.Column,
		}, " ")
	}
}

// malformed reports what the API server answers with 400: each field that is
// wrong, or the one thing that stopped it.
func (w written) malformed(e *apiserver.DecodeError) {
	f := report.Finding{Source: report.FromKubernetes, Mode: report.Enforce, Reached: true}
	for _, path := range e.Fields {
		f.Field, f.Message = path, "is not a field of this kind"
		if strings.HasPrefix(e.Message, "failed to create typed patch object") {
			f.Message = "cannot be merged by a server-side apply: the same item stands twice in its list, or it is null"
			w.say(f, " ")
			continue
		}
		if !strings.Contains(e.Message, " field \"") { // not of the strict decoder
			f.Message = strings.TrimPrefix(e.Message, path+" ")
			w.say(f, ": ")
			continue
		}
		last := path[strings.LastIndexByte(path, '.')+1:]
		if strings.Contains(e.Message, fmt.Sprintf("duplicate field %q", path)) {
			f.Message = "stands twice"
		} else if near := nearestField(w.doc.Kind, path); near != "" {
			f.Message += fmt.Sprintf(", did you mean %s?", near)
		} else if at := home(w.doc.Kind, last); at != "" {
			f.Message += ", it belongs in " + at
		}
		w.misplaced(f, " ")
	}
	if len(e.Fields) > 0 {
		slices.SortStableFunc(w.object.Findings, func(a, b report.Finding) int {
			return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
		})
		return
	}
	f.Message = e.Message + meant(w.doc)
	if found := wrongType().FindStringSubmatch(e.Message); found != nil {
		f.Field, f.Message = found[2], fmt.Sprintf("is a %s, expected %s", found[1], found[3])
		w.say(f, " ")
		return
	}
	w.say(f, "")
}

// meant is the kind that differs from the document's in capitals alone.
func meant(doc *manifest.Document) string {
	for _, kind := range []string{"Job", "CronJob"} {
		written := strings.EqualFold(doc.APIVersion, "batch/v1") && strings.EqualFold(doc.Kind, kind)
		if written && (doc.APIVersion != "batch/v1" || doc.Kind != kind) {
			return fmt.Sprintf("; did you mean %s in batch/v1?", kind)
		}
	}
	return ""
}

// wrongType is how the JSON decoder words a value of the wrong type.
func wrongType() *regexp.Regexp {
	return regexp.MustCompile(`cannot unmarshal (.+) into Go struct field \w*\.(\S+) of type (\S+)$`)
}

// kubernetes reports what the API server refuses and warns of by itself.
func (w written) kubernetes(r *dryrun.Result) {
	seen := map[string]bool{}
	for _, e := range r.Invalid {
		if seen[e.Error()] {
			continue
		}
		seen[e.Error()] = true
		w.say(report.Finding{
			Source: report.FromKubernetes, Mode: report.Enforce, Field: e.Field,
			Value: badValue(e), Message: e.ErrorBody(), Reached: true,
		}, ": ")
	}
	for _, text := range append(append([]string{}, r.DecodeWarnings...), r.APIWarnings...) {
		f := report.Finding{Source: report.FromKubernetes, Mode: report.Warn, Message: text, Reached: true, Sentence: text}
		if before, quoted, ok := strings.Cut(text, " field "); ok && (before == "unknown" || before == "duplicate") {
			f.Field = strings.Trim(quoted, `"`)
			w.misplaced(f, ": ")
			continue
		} else if path, message, ok := strings.Cut(text, ": "); ok && !strings.Contains(path, " ") {
			f.Field, f.Message = path, message
		}
		w.say(f, ": ")
	}
}

// badValue is a scalar that is refused; what is larger is not repeated.
func badValue(e *field.Error) json.RawMessage {
	switch e.BadValue.(type) {
	case string, bool, int, int32, int64:
		if e.Type == field.ErrorTypeRequired {
			return nil
		}
		out, err := json.Marshal(e.BadValue)
		if err != nil {
			return nil
		}
		return out
	}
	return nil
}
