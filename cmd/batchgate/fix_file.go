package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/dryrun"
)

// fixing is one run over all files.
type fixing struct {
	fixOptions

	judge   *dryrun.Judge
	reader  manifest.Reader
	streams ioStreams

	files, fields int // that are written, or would be
	kept          int // documents that cannot be changed
	refused       int // documents that the API server would not take
	unread        int
	others        others
}

// all fixes one file after the other. What is wrong with a file is told; the error
// is that nothing can go on.
func (f *fixing) all(ctx context.Context) error {
	for file, trouble := range manifest.Files(f.paths) {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if trouble != nil {
			f.trouble(trouble)
			continue
		}
		data, trouble, err := f.reader.Read(ctx, file)
		if err != nil {
			return err
		}
		if trouble != nil {
			f.trouble(trouble)
			continue
		}
		if err := f.file(ctx, file, data); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// file fixes one file.
func (f *fixing) file(ctx context.Context, file manifest.File, data []byte) error {
	fixed, fields, err := f.bytes(ctx, file, data)
	if err != nil {
		return err
	}
	stdin := file.Path == manifest.Stdin
	path := file.Path
	if fields > 0 && !stdin {
		if path, err = writable(file); err != nil {
			f.unwritten(file, err)
			return nil
		}
	}
	if fields > 0 {
		f.files++
		f.fields += fields
	}
	switch {
	case f.diff:
		if fields > 0 {
			err = f.show(diffOf(file.Path, data, fixed))
		}
	case f.check:
		if fields > 0 {
			_, err = fmt.Fprintf(f.streams.Out, "%s: %s would be written\n", report.Escape(file.Path), countFields(fields))
		}
	case stdin:
		_, err = f.streams.Out.Write(fixed)
	case fields > 0:
		if err := overwrite(path, data, fixed); err != nil {
			f.files--
			f.fields -= fields
			f.unwritten(file, err)
			return nil
		}
		_, err = fmt.Fprintf(f.streams.Err, "%s: %s written\n", report.Escape(file.Path), countFields(fields))
	}
	return err
}

// unwritten tells of a file that cannot be written.
func (f *fixing) unwritten(file manifest.File, err error) {
	f.unread++
	fmt.Fprintf(f.streams.Err, "%s: error: %s\n", report.Escape(file.Path), report.Escape(err.Error()))
}

// plan is what one document of a file needs.
type plan struct {
	doc    *manifest.Document
	number int // of the document in the file, those that cannot be read left out
	sets   []manifest.Set
	edits  []manifest.Edit
	want   []byte // what it says afterwards
}

// bytes gives a file as it should be, and how many fields that takes. Where several
// documents need something and one cannot have it, the others get theirs.
func (f *fixing) bytes(ctx context.Context, file manifest.File, data []byte) ([]byte, int, error) {
	var plans []plan
	var before [][]byte
	for doc, err := range f.reader.Documents(ctx, file, data) {
		if trouble, told := errors.AsType[*manifest.Problem](err); told {
			f.trouble(trouble)
			continue
		}
		if err != nil {
			return nil, 0, err
		}
		before = append(before, doc.JSON)
		if !batchWork(doc) {
			continue
		}
		p := plan{doc: doc, number: len(before) - 1}
		if p.sets, err = f.sets(ctx, doc); err != nil {
			if ctx.Err() != nil {
				return nil, 0, ctx.Err()
			}
			if malformed, ok := errors.AsType[*malformedError](err); ok {
				f.refuse(doc, malformed.result)
				continue
			}
			f.unread++
			fmt.Fprintf(f.streams.Err, "%s:%d: error: %s\n", report.Escape(doc.File), doc.Place.Line, report.Escape(err.Error()))
			continue
		}
		if len(p.sets) == 0 {
			continue
		}
		if p.edits, p.want, err = doc.Set(p.sets); err != nil {
			f.keep(p, err)
			continue
		}
		plans = append(plans, p)
	}
	safe := f.safe(ctx, file, data, before, plans)
	if len(safe) == 0 {
		return data, 0, ctx.Err()
	}
	fields := 0
	for _, p := range safe {
		fields += len(p.sets)
	}
	fixed, err := manifest.Apply(data, editsOf(safe))
	return fixed, fields, err
}

// safe are the plans after which the file says what it should, and nothing else. The
// file is read once where all of them are, as is usual.
func (f *fixing) safe(ctx context.Context, file manifest.File, data []byte, before [][]byte, plans []plan) []plan {
	if len(plans) == 0 {
		return nil
	}
	err := f.means(ctx, file, data, before, plans)
	switch {
	case err == nil:
		return plans
	case len(plans) == 1:
		f.keep(plans[0], err)
		return nil
	}
	half := len(plans) / 2
	first, second := f.safe(ctx, file, data, before, plans[:half]), f.safe(ctx, file, data, before, plans[half:])
	all := append(first[:len(first):len(first)], second...)
	if len(first) > 0 && len(second) > 0 && f.means(ctx, file, data, before, all) != nil {
		for _, p := range second {
			f.keep(p, errors.New("it would say something else afterwards"))
		}
		return first
	}
	return all
}

func editsOf(plans []plan) (all []manifest.Edit) {
	for _, p := range plans {
		all = append(all, p.edits...)
	}
	return all
}

// keep tells of a document that is left as it is, and what it lacks.
func (f *fixing) keep(p plan, err error) {
	f.kept++
	doc, at := p.doc, p.doc.Place
	if unsafe, ok := errors.AsType[*manifest.UnsafeError](err); ok {
		at = unsafe.At
	}
	fmt.Fprintf(f.streams.Err, "%s:%d:%d: %s is not changed: %s; write by hand:\n", report.Escape(doc.File), at.Line, at.Column,
		report.Escape(doc.Kind+" "+doc.Name), report.Escape(err.Error()))
	for _, s := range p.sets {
		fmt.Fprintf(f.streams.Err, "  %s: %s\n", report.Escape(s.Field), report.Escape(string(s.Value)))
	}
}

// refuse tells of a document that the API server would not take, and why.
func (f *fixing) refuse(doc *manifest.Document, r *dryrun.Result) {
	f.refused++
	for _, found := range judged(doc, r).Findings {
		if found.Mode == report.Enforce {
			fmt.Fprintf(f.streams.Err, "%s:%d:%d: %s is not changed, the API server would not take it: %s\n", report.Escape(doc.File), found.Line, found.Column,
				report.Escape(doc.Kind+" "+doc.Name), report.Escape(found.Sentence))
		}
	}
}

func (f *fixing) trouble(p *manifest.Problem) {
	if f.others.takes(p) {
		return
	}
	f.unread++
	fmt.Fprintf(f.streams.Err, "%s\n", report.Escape(strings.Replace(p.Error(), ": "+p.Message, ": error: "+p.Message, 1)))
}

func (f *fixing) summary() string {
	verb := "written"
	if f.diff || f.check {
		verb = "to be written"
	}
	text := fmt.Sprintf("%s %s in %s", countFields(f.fields), verb, plural(f.files, "file"))
	if f.kept > 0 {
		text += fmt.Sprintf("; %s cannot be changed safely", plural(f.kept, "document"))
	}
	if f.refused > 0 {
		text += fmt.Sprintf("; %s the API server would not take", plural(f.refused, "document"))
	}
	if passed := f.others.String(); passed != "" {
		text += "; " + passed
	}
	if f.unread > 0 {
		text += "; " + plural(f.unread, "error")
	}
	return text
}

func (f *fixing) status() error {
	switch {
	case f.unread > 0 || f.refused > 0 || f.kept > 0:
		return &exitError{code: exitUnjudged}
	case f.check && f.fields > 0:
		return &exitError{code: exitRefused}
	}
	return nil
}

func countFields(n int) string { return plural(n, "field") }
