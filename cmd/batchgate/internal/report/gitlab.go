package report

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"path/filepath"
)

// GitLab is the report as a GitLab merge request shows code quality. GitLab drops
// an entry whose fingerprint it has seen, so each has its own: where several files have
// the same object, the first one has that of the finding.
type GitLab struct {
	out   io.Writer
	head  Head
	began bool
	seen  map[uint64]int // what remains of a fingerprint is enough to tell them apart
}

// NewGitLab writes to out.
func NewGitLab(out io.Writer, h Head) *GitLab {
	return &GitLab{out: out, head: h, seen: map[uint64]int{}}
}

// own makes a fingerprint that no entry has had yet.
func (g *GitLab) own(fingerprint, path string) string {
	count := func(text string) int {
		sum := sha256.Sum256([]byte(text))
		key := binary.BigEndian.Uint64(sum[:])
		g.seen[key]++
		return g.seen[key]
	}
	if count(fingerprint) == 1 {
		return fingerprint
	}
	again := fingerprint + "\x00" + path
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", again, count(again)))
	return hex.EncodeToString(sum[:16])
}

type gitlabEntry struct {
	Description string         `json:"description"`
	Check       string         `json:"check_name"`
	Fingerprint string         `json:"fingerprint"`
	Severity    string         `json:"severity"` // info, minor, major, critical or blocker
	Location    gitlabLocation `json:"location"`
}

type gitlabLocation struct {
	Path  string      `json:"path"`
	Lines gitlabLines `json:"lines"`
}

type gitlabLines struct {
	Begin int `json:"begin"`
}

// Object writes what was found about one object.
func (g *GitLab) Object(o *Object) error {
	if o.Error != nil {
		return g.entry(o, o.Error.Line, gitlabEntry{
			Description: Escape(clip(o.Error.Message, longestSentence)), Check: ruleUnreadable, Severity: "blocker",
			Fingerprint: o.unread(),
		})
	}
	var failed error
	o.each(func(of *Object, prefix string, f Finding) {
		e := gitlabEntry{
			Description: title(of) + ": " + prefix + f.sentence(), Check: ruleName(f), Severity: gitlabSeverity(f),
			Fingerprint: f.Fingerprint,
		}
		if failed == nil {
			failed = g.entry(o, f.Line, e)
		}
	})
	return failed
}

func gitlabSeverity(f Finding) string {
	switch {
	case f.Does() == Audit:
		return "info"
	case f.Does() == Warn:
		return "minor"
	case f.Source == FromKubernetes:
		return "blocker"
	case f.Severity == "high":
		return "critical"
	}
	return "major"
}

func (g *GitLab) entry(o *Object, line int, e gitlabEntry) error {
	path, at := g.head.filedAt(o, line)
	e.Fingerprint = g.own(e.Fingerprint, path)
	e.Location = gitlabLocation{Path: Escape(filepath.ToSlash(filepath.Clean(path))), Lines: gitlabLines{Begin: max(at, 1)}}
	before := "[\n  "
	if g.began {
		before = ",\n  "
	}
	g.began = true
	text, err := encode(e, "  ")
	if err != nil {
		return err
	}
	_, err = g.out.Write(append([]byte(before), text...))
	return err
}

// Close ends the list.
func (g *GitLab) Close(Summary) error {
	end := "\n]\n"
	if !g.began {
		end = "[]\n"
	}
	_, err := io.WriteString(g.out, end)
	return err
}
