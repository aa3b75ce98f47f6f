package report

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
)

// Names under which machines file what no rule has found.
const (
	ruleKubernetes = "kubernetes"
	rulePolicy     = "policy"
	ruleUnreadable = "unreadable"
)

// ruleName is the rule of a finding, or what stands for one.
func ruleName(f Finding) string {
	switch {
	case f.Source == FromKubernetes:
		return ruleKubernetes
	case f.Rule == "":
		return rulePolicy
	}
	return f.Rule
}

// identity tells an object from all others of a cluster, and goes with it when it
// moves to another line or file.
func (o *Object) identity() string {
	return strings.Join([]string{o.APIVersion, o.Kind, o.Namespace, o.Name}, "/")
}

// Identify gives each finding of an object, and of its Job, a fingerprint: a text
// that stays the same wherever the object stands. Findings that differ in nothing
// but their message are told apart by their order.
func (o *Object) Identify() {
	seen := map[string]int{}
	for _, of := range []*Object{o, o.Child} {
		if of == nil {
			continue
		}
		for i := range of.Findings {
			f := &of.Findings[i]
			f.Fingerprint = o.fingerprint(seen, o.whose(of), ruleName(*f), cmp.Or(f.Named, f.Field))
		}
	}
}

func (o *Object) whose(of *Object) string {
	if of != o {
		return "child"
	}
	return ""
}

// Identity stays as a fingerprint does, but not when the value that is wrong becomes
// another one; where a finding is about no value, its message stands for it. Several
// findings may share one. The finding is one of the object or of its Job.
func (o *Object) Identity(of *Object, f Finding) string {
	wrong := "value\x00" + string(f.Value)
	if len(f.Value) == 0 {
		wrong = "message\x00" + cmp.Or(f.Unplaced, f.Message)
	}
	return o.fingerprint(map[string]int{}, o.whose(of), ruleName(f), cmp.Or(f.Named, f.Field), wrong)
}

func (o *Object) fingerprint(seen map[string]int, parts ...string) string {
	text := strings.Join(append([]string{o.identity()}, parts...), "\x00")
	if o.Name == "" { // it has no name to go by
		text += "\x00" + o.File + "\x00" + strconv.Itoa(o.Document)
	}
	seen[text]++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", text, seen[text]))
	return hex.EncodeToString(sum[:16])
}

// unread is the fingerprint of a document that cannot be read.
func (o *Object) unread() string { return o.fingerprint(map[string]int{}, ruleUnreadable, o.File) }

// shownAt is the file that a person opens, and the line in it; 0 where only the
// file is known. What comes through a pipe has no file but its origin, if that is here.
func (o *Object) shownAt(line int) (string, int) {
	if o.File != "-" {
		return o.File, max(line, 1)
	}
	if o.Origin != "" && !o.Remote {
		return o.Origin, 0
	}
	return "stdin", max(line, 1)
}

// filedAt is shownAt for services that know files by their names in a repository.
func (h Head) filedAt(o *Object, line int) (string, int) {
	path, at := o.shownAt(line)
	if o.File != "-" && h.Rooted != nil {
		path = h.Rooted(path)
	}
	return path, at
}

// each gives the findings of an object and of its Job, those that are not reached
// last. The prefix says whose they are.
func (o *Object) each(yield func(of *Object, prefix string, f Finding)) {
	for _, reached := range []bool{true, false} {
		for _, f := range o.Findings {
			if f.Reached == reached {
				yield(o, "", f)
			}
		}
		if o.Child == nil {
			continue
		}
		for _, f := range o.Child.Findings {
			if f.Reached == reached {
				yield(o.Child, "its Job: ", f)
			}
		}
	}
}

// sentence is a finding on one line, without characters that do harm.
func (f Finding) sentence() string {
	return Escape(clip(cmp.Or(f.Sentence, f.Message), longestSentence))
}
