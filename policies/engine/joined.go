package engine

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"
)

// joined are the findings without a profile and what a profile adds. What both
// say counts once, in the stronger mode, and so does what both say of one value
// with different bounds: the tighter one is to be kept.
func joined(base, profile []Finding) []Finding {
	if len(profile) == 0 {
		return base
	}
	all := slices.Clone(profile)
	known, at := map[string]int{}, map[string][]int{}
	for i, f := range profile {
		known[f.identity()] = i
		at[f.place()] = append(at[f.place()], i)
	}
	for _, f := range base {
		if i, same := known[f.identity()]; same {
			if f.Mode.Stronger(all[i].Mode) {
				all[i] = f
			}
			continue
		}
		i := slices.IndexFunc(at[f.place()], func(i int) bool { return all[i].bounds(f) || f.bounds(all[i]) })
		switch {
		case i < 0:
			all = append(all, f)
		case f.bounds(all[at[f.place()][i]]):
			all[at[f.place()][i]] = f
		}
	}
	return all
}

// bounds reports whether a finding says what another one says of the same value,
// with a bound that lies further off and a mode that is no weaker: who keeps to
// it keeps to both.
func (f Finding) bounds(other Finding) bool {
	if f.place() != other.place() || string(f.Value) != string(other.Value) || shape(f.Message) != shape(other.Message) || other.Mode.Stronger(f.Mode) {
		return false
	}
	if len(f.Value) == 0 {
		return f.Mode.Stronger(other.Mode) // what is missing is missing once, whatever is advised
	}
	seen, err := strconv.ParseFloat(string(f.Value), 64)
	own, ownErr := strconv.ParseFloat(string(f.Fix), 64)
	others, othersErr := strconv.ParseFloat(string(other.Fix), 64)
	if errors.Join(err, ownErr, othersErr) != nil || own > seen != (others > seen) {
		return false
	}
	return math.Abs(own-seen) > math.Abs(others-seen)
}

// shape is a message without its numbers.
func shape(message string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' {
			return -1
		}
		return r
	}, message)
}
