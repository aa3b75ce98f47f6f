package engine

import (
	"encoding/json"
	"errors"
)

// PatchOp is one operation of an RFC 6902 JSON Patch.
type PatchOp struct {
	Op    string          `json:"op"`
	Path  string          `json:"path"`
	Value json.RawMessage `json:"value,omitempty"`
}

// Mutation is what the rules fill in.
type Mutation struct {
	Patch     []PatchOp // against Request.Object, in order; empty: nothing to fill
	Object    []byte    // Request.Object with Patch applied
	Changes   []Change  // what Patch fills in, without the record annotation; sorted by field
	WouldFill []Change  // what audited rules would fill, where no rule fills anything
	Problems  []Problem
	Warnings  []string          // ready for the AdmissionResponse: one line, at most 250 characters
	Audit     map[string]string // audit annotations
	Skipped   string            // why nothing was considered: "namespace excluded", …
}

// Verdict is what the rules say of an object.
type Verdict struct {
	Findings []Finding // sorted: by effective mode (enforce first), rule, view path, message
	Skipped  string
	// NotJudged names the rules that needed something nobody could tell here.
	NotJudged []NotJudged
	// Advice is about the object but of no rule: a profile that does not exist.
	Advice []string
	// CronJob is the one whose controller made the Job; zero for everything else.
	CronJob CronJob

	subject string // "CronJob payments/nightly"
	policy  Identity
}

// CronJob names the CronJob that a Job is a run of.
type CronJob struct{ Name, UID string }

// NotJudged is a rule that could not be judged, and what it needs.
type NotJudged struct {
	Rule  string
	Needs string // "the labels of the namespace", "the LimitRanges of the namespace", …
}

// ErrNotLoaded is the answer to every question before a policy set is in force.
var ErrNotLoaded = errors.New("no policy set is in force yet")

// Identity names a policy set in force.
type Identity struct {
	Name   string `json:"name"`
	Digest string `json:"digest"` // first 8 hex digits of the set's SHA-256
}

// String is the short form that messages use: "platform@3f2a91c0".
func (i Identity) String() string { return i.Name + "@" + i.Digest }
