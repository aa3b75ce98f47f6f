package regotest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"
)

// Example is a manifest with what a rule makes of it.
type Example struct {
	Name     string // begins with refused-, warned-, accepted- or filled-
	Line     int    // in examples.txtar
	Context  Context
	Given    string // context.yaml, as its author wrote it
	Object   string // the manifest, as its author wrote it
	Findings string // a line for each
	Changes  string // a line for each

	broken bool // cannot be judged
}

// The files of an example.
const (
	objectFile   = "object.yaml"
	contextFile  = "context.yaml"
	findingsFile = "findings.txt"
	changesFile  = "changes.txt"
)

// kinds are what an example's name may begin with.
func kinds() []string { return []string{"refused-", "warned-", "accepted-", "filled-"} }

// Examples reads an examples.txtar. Problems begin with the line.
func Examples(text []byte) (examples []*Example, problems []string) {
	archive := txtar.Parse(text)
	byName := map[string]*Example{}
	places := map[string][]int{}
	for _, f := range archive.Files {
		at := lineAfter(text, f.Name, last(places[f.Name]))
		places[f.Name] = append(places[f.Name], at)
		name, file, _ := strings.Cut(f.Name, "/")
		e := byName[name]
		if e == nil {
			if !regexp.MustCompile(`^(refused|warned|accepted|filled)(-[a-z0-9]+)+$`).MatchString(name) {
				problems = append(problems, fmt.Sprintf("%d: the example is called %q; expected small letters, digits and dashes after %s",
					at, name, strings.Join(kinds(), ", ")))
			}
			e = &Example{Name: name, Line: at}
			byName[name] = e
			examples = append(examples, e)
		}
		if lines := places[f.Name]; len(lines) > 1 {
			problems = append(problems, fmt.Sprintf("%d: %s is in line %d already; expected each once", at, f.Name, lines[0]))
			e.broken = true
			continue
		}
		if line, problem := e.take(file, f.Data); problem != "" {
			problems = append(problems, fmt.Sprintf("%d: %s: %s", at+line, f.Name, problem))
			e.broken = true
		}
	}
	for _, e := range examples {
		if e.Object == "" {
			problems = append(problems, fmt.Sprintf("%d: %s has no %s", e.Line, e.Name, objectFile))
			e.broken = true
		}
	}
	return examples, problems
}

// take takes a file of the example. A problem is told with its line in the file,
// 0 for the whole.
func (e *Example) take(file string, data []byte) (line int, problem string) {
	switch file {
	case objectFile:
		e.Object = string(data)
	case findingsFile:
		e.Findings = string(data)
	case changesFile:
		e.Changes = string(data)
	case contextFile:
		e.Given = string(data)
		return e.Context.read(data)
	default:
		return 0, fmt.Sprintf("is no file of an example; expected %s, %s, %s or %s", objectFile, contextFile, findingsFile, changesFile)
	}
	return 0, ""
}

// Lines are the lines of Findings or Changes.
func Lines(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
}

// kind is what the name promises.
func (e *Example) kind() string {
	kind, _, _ := strings.Cut(e.Name, "-")
	return kind
}

// updated is the archive with what the engine says, by name of the file.
func updated(text []byte, said map[string]string) []byte {
	archive := txtar.Parse(text)
	var files []txtar.File
	for i, f := range archive.Files {
		if now, ok := said[f.Name]; ok {
			f.Data = []byte(now)
			delete(said, f.Name)
		}
		files = append(files, f)
		name, _, _ := strings.Cut(f.Name, "/")
		if i+1 < len(archive.Files) && strings.HasPrefix(archive.Files[i+1].Name, name+"/") {
			continue
		}
		for _, file := range []string{findingsFile, changesFile} { // those it did not have
			if now, ok := said[name+"/"+file]; ok && !slices.ContainsFunc(archive.Files, func(f txtar.File) bool { return f.Name == name+"/"+file }) {
				files = append(files, txtar.File{Name: name + "/" + file, Data: []byte(now)})
				delete(said, name+"/"+file)
			}
		}
	}
	archive.Files = files
	return txtar.Format(archive)
}

// lineOf is where a file of the archive begins.
func lineOf(text []byte, name string) int { return lineAfter(text, name, 0) }

// lineAfter is where a file of the archive begins behind a line.
func lineAfter(text []byte, name string, line int) int {
	for i, l := range strings.Split(string(text), "\n") {
		if i >= line && strings.TrimRight(l, " \t\r") == "-- "+name+" --" {
			return i + 1
		}
	}
	return line + 1
}

func last(lines []int) int {
	if len(lines) == 0 {
		return 0
	}
	return lines[len(lines)-1]
}
