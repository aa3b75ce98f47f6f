package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/engine"
)

// differing is what two policies say otherwise about the same objects.
type differing struct {
	old, new engine.Identity
	objects  []differs
	judged   int
	errors   int
	others   others
}

// differs is one object that two policies do not agree about.
type differs struct {
	File      string          `json:"file"`
	Line      int             `json:"line"`
	Kind      string          `json:"kind"`
	Namespace string          `json:"namespace"`
	Name      string          `json:"name"`
	Owner     string          `json:"owner"`
	Origin    string          `json:"origin,omitempty"`
	Old       report.Verdict  `json:"oldVerdict"`
	New       report.Verdict  `json:"newVerdict"`
	Gone      []findingDiffer `json:"gone"`
	Come      []findingDiffer `json:"come"`
	Values    []valueDiffer   `json:"values"`
}

// findingDiffer is a finding that only one policy has, or has in another mode.
type findingDiffer struct {
	Rule     string `json:"rule"`
	Mode     string `json:"mode"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Sentence string `json:"sentence"`
}

// valueDiffer is a field that is filled in otherwise; absent where it is not at all.
type valueDiffer struct {
	Field string          `json:"field"`
	Old   json.RawMessage `json:"old,omitempty"`
	New   json.RawMessage `json:"new,omitempty"`
	Line  int             `json:"line"`
}

// add compares what two policies say of one object.
func (d *differing) add(was, is *report.Object, owner string) {
	d.judged++
	x := differs{
		File: is.File, Line: is.Line, Kind: is.Kind, Namespace: is.Namespace, Name: is.Name, Owner: cmp.Or(owner, is.Namespace), Origin: is.Origin,
		Old: was.Verdict, New: is.Verdict, Gone: []findingDiffer{}, Come: []findingDiffer{}, Values: []valueDiffer{},
	}
	before, after := findingsBy(was), findingsBy(is)
	for _, f := range before {
		if !slices.Contains(after, f) {
			x.Gone = append(x.Gone, f)
		}
	}
	for _, f := range after {
		if !slices.Contains(before, f) {
			x.Come = append(x.Come, f)
		}
	}
	x.Values = append(x.Values, valuesOf(was, is, "")...)
	if was.Child != nil && is.Child != nil {
		x.Values = append(x.Values, valuesOf(was.Child, is.Child, "its Job: ")...)
	}
	if x.Old != x.New || len(x.Gone)+len(x.Come)+len(x.Values) > 0 {
		d.objects = append(d.objects, x)
	}
}

// findingsBy are the findings that an author is told.
func findingsBy(o *report.Object) (all []findingDiffer) {
	for _, of := range []*report.Object{o, o.Child} {
		if of == nil {
			continue
		}
		for _, f := range of.Findings {
			if f.Does() != report.Audit {
				all = append(all, findingDiffer{Rule: cmp.Or(f.Rule, f.Source), Mode: f.Does(), Line: f.Line, Column: f.Column, Sentence: f.Sentence})
			}
		}
	}
	return all
}

// valuesOf are the fields that are filled in otherwise.
func valuesOf(was, is *report.Object, prefix string) (all []valueDiffer) {
	fields := map[string]*valueDiffer{}
	at := func(c report.Change) *valueDiffer {
		if fields[c.Field] == nil {
			fields[c.Field] = &valueDiffer{Field: prefix + c.Field, Line: c.Line}
		}
		return fields[c.Field]
	}
	for _, c := range was.Changes {
		at(c).Old = c.To
	}
	for _, c := range is.Changes {
		at(c).New = c.To
	}
	for _, v := range fields {
		if !bytes.Equal(v.Old, v.New) {
			all = append(all, *v)
		}
	}
	slices.SortFunc(all, func(a, b valueDiffer) int { return strings.Compare(a.Field, b.Field) })
	return all
}

func (d *differing) trouble(to io.Writer, p *manifest.Problem) {
	if d.others.takes(p) {
		return
	}
	d.errors++
	fmt.Fprintln(to, report.Escape(strings.Replace(p.Error(), ": "+p.Message, ": error: "+p.Message, 1)))
}

// summary is one line for people.
func (d *differing) summary() string {
	refused, allowed := 0, 0
	for _, x := range d.objects {
		if x.New == report.Refused && x.Old != report.Refused {
			refused++
		}
		if x.Old == report.Refused && x.New != report.Refused {
			allowed++
		}
	}
	verb := "differ"
	if len(d.objects) == 1 {
		verb = "differs"
	}
	text := fmt.Sprintf("%d of %s %s", len(d.objects), plural(d.judged, "object"), verb)
	if refused > 0 {
		text += fmt.Sprintf(", %d refused from now on", refused)
	}
	if allowed > 0 {
		text += fmt.Sprintf(", %d allowed from now on", allowed)
	}
	if passed := d.others.String(); passed != "" {
		text += ", " + passed
	}
	if d.errors > 0 {
		text += ", " + plural(d.errors, "error")
	}
	return text + fmt.Sprintf("; policies %s@%s and %s@%s, kubernetes %s", report.Escape(d.old.Name), d.old.Digest, report.Escape(d.new.Name), d.new.Digest, kubernetes)
}

// ownerOf is the value of an object's label, empty where it has none.
func ownerOf(doc *manifest.Document, label string) string {
	var object struct {
		Metadata struct {
			Labels map[string]any `json:"labels"`
		} `json:"metadata"`
	}
	if json.Unmarshal(doc.JSON, &object) != nil {
		return ""
	}
	owner, _ := object.Metadata.Labels[label].(string)
	return owner
}

// owned is what becomes of the objects of one owner.
type owned struct {
	owner                    string
	differ, refused, allowed int
}

// owners are all whose objects differ, those with the most first.
func (d *differing) owners() (all []owned) {
	at := map[string]int{}
	for _, x := range d.objects {
		i, known := at[x.Owner]
		if !known {
			i = len(all)
			at[x.Owner] = i
			all = append(all, owned{owner: x.Owner})
		}
		all[i].differ++
		if x.New == report.Refused && x.Old != report.Refused {
			all[i].refused++
		}
		if x.Old == report.Refused && x.New != report.Refused {
			all[i].allowed++
		}
	}
	slices.SortStableFunc(all, func(a, b owned) int {
		return cmp.Or(cmp.Compare(b.refused, a.refused), cmp.Compare(b.differ, a.differ), strings.Compare(a.owner, b.owner))
	})
	return all
}
