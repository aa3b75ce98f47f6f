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

// fingerprints give each finding of an object a text that stays the same wherever
// the object stands. Findings that differ in nothing but their message are told
// apart by their order.
type fingerprints struct {
	of   *Object
	seen map[string]int
}

func newFingerprints(o *Object) fingerprints { return fingerprints{o, map[string]int{}} }

// next is the fingerprint of what is found next.
func (p fingerprints) next(parts ...string) string {
	text := strings.Join(append([]string{p.of.identity()}, parts...), "\x00")
	if p.of.Name == "" { // it has no name to go by
		text += "\x00" + p.of.File + "\x00" + strconv.Itoa(p.of.Document)
	}
	p.seen[text]++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", text, p.seen[text]))
	return hex.EncodeToString(sum[:16])
}

// shownAt is the file that a person opens, and the line in it; 0 where only the
// file is known. What comes through a pipe has no file but its origin.
func (o *Object) shownAt(line int) (string, int) {
	if o.File != "-" {
		return o.File, max(line, 1)
	}
	if o.Origin != "" {
		return o.Origin, 0
	}
	return "stdin", max(line, 1)
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
