package manifest

import "fmt"

const (
	maxFile      = 16 << 20
	maxDocuments = 10_000
	maxValues    = 400_000
	maxJSON      = 32 << 20
	maxFiles     = 20_000
)

// Place is where something stands in a file, from 1; zero where nobody knows.
type Place struct{ Line, Column int }

// Document is one object of a file.
type Document struct {
	File  string // as it was named; "-" for the standard input
	Index int    // of the document in the file, from 0; the items of a list share one
	Place Place  // where it begins
	JSON  []byte // what a client sends for it

	APIVersion, Kind, Namespace string
	Name                        string // with "*" at its end for a generateName
	// Origin is the template that a renderer names as the source.
	Origin string
	Remote bool // it is a file of another repository
	// Found is set for a document of a file that nobody named: it was found in
	// a directory, and may be anything.
	Found bool

	text []byte // of the whole document
	line int    // of the file where text begins, from 0
	base []step // the item of a list
	tree *tree  // once it is needed

	unique bool // no key of the whole document stands twice, for certain
}

// Problem is input that cannot be read.
type Problem struct {
	File     string
	Place    Place
	Document int // index in the file, -1 where it is about the whole file
	Message  string

	Other    bool // it has nothing of what matters to the reader
	Template bool // of a Helm chart, which Other does not tell: it may become anything
	Link     bool // to a directory, which is not followed; nothing is wrong with it
}

// Error is `file:line:column: what is wrong`.
func (p *Problem) Error() string {
	switch {
	case p.Place.Line == 0:
		return p.File + ": " + p.Message
	case p.Place.Column == 0:
		return fmt.Sprintf("%s:%d: %s", p.File, p.Place.Line, p.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Place.Line, p.Place.Column, p.Message)
}

func problem(file, format string, args ...any) *Problem {
	return &Problem{File: file, Document: -1, Message: fmt.Sprintf(format, args...)}
}
