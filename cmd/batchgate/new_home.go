package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
)

// rulesDir is where rules lie in a directory of rules.
const rulesDir = "rules"

// longestRule is how long the name of a rule may be: it is part of labels.
const longestRule = 63

// ruleHome is a directory that has rules/, or gets it.
type ruleHome struct {
	dir        string
	bundled    bool // batchgate's own, in a checkout
	unfinished bool // it has no policy.yaml yet
}

// home finds where a new rule belongs.
func (o newOptions) home() (ruleHome, error) {
	base := o.dir
	if base == "" {
		base = "."
	}
	if info, err := os.Stat(base); err != nil {
		return ruleHome{}, fmt.Errorf("%w; expected the directory that has the policy.yaml", atPath(base, err))
	} else if !info.IsDir() {
		return ruleHome{}, fmt.Errorf("%s: is not a directory; expected the one that has the policy.yaml", base)
	}
	inside := filepath.Join(base, "policies")
	switch {
	case isThere(filepath.Join(base, "policy.yaml")):
		return ruleHome{dir: base}, nil
	case isThere(filepath.Join(inside, rulesDir)):
		return ruleHome{dir: inside, bundled: !isThere(filepath.Join(inside, "policy.yaml"))}, nil
	case o.dir != "":
		return ruleHome{dir: base, unfinished: true}, nil
	}
	return ruleHome{}, errors.New("policy.yaml: is not there, nor policies/rules; expected a policy directory, a checkout of batchgate, or --dir DIR")
}

func isThere(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// free refuses the name of a rule that is there.
func (h ruleHome) free(name string) error {
	taken := func(where string) error {
		return fmt.Errorf("there is a rule %s already: %s; expected another name, or parameters for the one that is there", name, where)
	}
	if where := filepath.Join(h.dir, rulesDir, name); isThere(where) {
		return taken(where)
	}
	if !h.bundled {
		if bundled(name) {
			return taken("it is bundled")
		}
	}
	return nil
}

// next is what to run until it is silent.
func (h ruleHome) next(name string) string {
	if h.bundled {
		return "go test ./policies/regotest -run TestBundledRules/" + name
	}
	return "batchgate test " + h.dir
}

// validRule holds a name to what a rule may be called, and knows how it would be
// written otherwise.
func validRule(name string) error {
	if slices.Contains([]string{"kubernetes", "unknown-field"}, name) {
		return fmt.Errorf("the rule is called %q, as findings of Kubernetes itself are; expected another name", name)
	}
	near := kebab(name)
	if near == name && name != "" && len(name) <= longestRule {
		return nil
	}
	text := fmt.Sprintf("the rule is called %q; expected small letters, digits and single dashes, a letter first, at most %d of them", name, longestRule)
	if near != "" && near != name && len(near) <= longestRule {
		text += fmt.Sprintf("; did you mean %q?", near)
	}
	return errors.New(text)
}

// kebab is a name as a rule is called: "TeamLabel", "team_label" and
// "Team label" are team-label.
func kebab(name string) string {
	var b strings.Builder
	dash, small := false, false // what stood before
	for _, r := range name {
		upper := r < unicode.MaxASCII && unicode.IsUpper(r)
		switch {
		case upper || r >= 'a' && r <= 'z' || r >= '0' && r <= '9' && b.Len() > 0:
			if b.Len() > 0 && (dash || upper && small) {
				b.WriteByte('-')
			}
			b.WriteRune(unicode.ToLower(r))
			dash, small = false, !upper
		default:
			dash = true
		}
	}
	return b.String()
}
