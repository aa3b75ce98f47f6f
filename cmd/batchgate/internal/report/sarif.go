package report

import (
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"
	"strings"
)

const sarifSchema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

// SARIF is the report as code scanning reads it (SARIF 2.1.0): a result for each
// finding, with a fingerprint that does not change when lines move. The shape is
// written here and not taken from a library so that results go out as they come;
// the tests hold it to the schema.
type SARIF struct {
	out   io.Writer
	head  Head
	began bool
	used  map[string]bool // rules
	order []string
}

// NewSARIF writes to out.
func NewSARIF(out io.Writer, h Head) *SARIF {
	return &SARIF{out: out, head: h, used: map[string]bool{}}
}

type sarifResult struct {
	RuleID       string             `json:"ruleId"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Baseline     string             `json:"baselineState,omitempty"`
	Suppressions []sarifSuppression `json:"suppressions,omitempty"`
	Properties   map[string]any     `json:"properties,omitempty"`
}

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifLocation struct {
	Physical sarifPhysical  `json:"physicalLocation"`
	Logical  []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   *sarifRegion  `json:"region,omitempty"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn,omitempty"`
}

type sarifLogical struct {
	FullyQualifiedName string `json:"fullyQualifiedName"`
	Kind               string `json:"kind"`
}

type sarifSuppression struct {
	Kind          string `json:"kind"`
	Justification string `json:"justification"`
}

// Object writes what was found about one object.
func (s *SARIF) Object(o *Object) error {
	if o.Error != nil {
		return s.result(o, sarifResult{
			RuleID: ruleUnreadable, Level: "error", Message: sarifText{Text: Escape(clip(o.Error.Message, longestSentence))},
			Fingerprints: map[string]string{"batchgate/v1": o.unread()},
		}, o.Error.Line, o.Error.Column, "")
	}
	var failed error
	o.each(func(of *Object, prefix string, f Finding) {
		r := sarifResult{
			RuleID: ruleName(f), Level: sarifLevel(f.Mode), Message: sarifText{Text: prefix + f.sentence()},
			Fingerprints: map[string]string{"batchgate/v1": f.Fingerprint},
			Properties:   map[string]any{"object": Escape(title(of)), "mode": f.Mode},
		}
		if f.Known {
			r.Baseline = "unchanged"
		}
		if f.Excepted != nil {
			r.Suppressions = []sarifSuppression{{Kind: "external", Justification: Escape("excepted until " + f.Excepted.Expires + " by " + f.Excepted.Owner + ": " + f.Excepted.Reason)}}
		}
		if failed == nil {
			failed = s.result(o, r, f.Line, f.Column, f.Field)
		}
	})
	return failed
}

func sarifLevel(mode string) string {
	switch mode {
	case Enforce:
		return "error"
	case Warn:
		return "warning"
	}
	return "note"
}

func (s *SARIF) result(o *Object, r sarifResult, line, column int, field string) error {
	path, at := s.head.filedAt(o, line)
	where := sarifLocation{Physical: sarifPhysical{Artifact: sarifArtifact{URI: uri(path)}}}
	if at > 0 {
		where.Physical.Region = &sarifRegion{StartLine: at, StartColumn: max(column, 0)}
	}
	if field != "" {
		where.Logical = []sarifLogical{{FullyQualifiedName: Escape(clip(field, longestSentence)), Kind: "member"}}
	}
	r.Locations = []sarifLocation{where}
	if !s.used[r.RuleID] {
		s.used[r.RuleID] = true
		s.order = append(s.order, r.RuleID)
	}
	if err := s.begin(); err != nil {
		return err
	}
	text, err := encode(r, "        ")
	if err != nil {
		return err
	}
	_, err = s.out.Write(append([]byte("        "), text...))
	return err
}

// uri is a path as a relative reference with forward slashes.
func uri(path string) string {
	u := url.URL{Path: strings.TrimPrefix(filepath.ToSlash(filepath.Clean(path)), "./")}
	return u.String()
}

func (s *SARIF) begin() error {
	if s.began {
		_, err := io.WriteString(s.out, ",\n")
		return err
	}
	s.began = true
	_, err := io.WriteString(s.out, "{\n  \"$schema\": \""+sarifSchema+"\",\n  \"version\": \"2.1.0\",\n  \"runs\": [\n    {\n      \"results\": [\n")
	return err
}

type sarifRule struct {
	ID            string         `json:"id"`
	Short         sarifText      `json:"shortDescription"`
	Full          *sarifText     `json:"fullDescription,omitempty"`
	Help          *sarifText     `json:"help,omitempty"`
	HelpURI       string         `json:"helpUri,omitempty"`
	Configuration *sarifLevelOf  `json:"defaultConfiguration,omitempty"`
	Properties    map[string]any `json:"properties,omitempty"`
}

type sarifLevelOf struct {
	Level string `json:"level"`
}

// Close writes what the rules are that were broken, and who says so.
func (s *SARIF) Close(sum Summary) error {
	if !s.began {
		if err := s.begin(); err != nil {
			return err
		}
	}
	rules := []sarifRule{}
	for _, name := range s.order {
		rules = append(rules, s.rule(name))
	}
	end, err := encode(map[string]any{
		"tool": map[string]any{"driver": map[string]any{
			"name": "batchgate", "semanticVersion": semantic(s.head.Version), "version": s.head.Version,
			"informationUri": home, "rules": rules,
		}},
		"columnKind": "unicodeCodePoints",
		"automationDetails": map[string]any{
			"id": "batchgate/" + Escape(s.head.Policy.Name) + "/",
		},
		"properties": map[string]any{"policy": s.head.Policy, "kubernetes": s.head.Kubernetes, "summary": sum},
	}, "    ")
	if err != nil {
		return err
	}
	end = []byte(strings.TrimPrefix(string(end), "{"))
	_, err = s.out.Write(append(append([]byte("\n      ],"), end...), "\n  ]\n}\n"...))
	return err
}

// home is where the project is at home.
const home = "https://github.com/batchgate/batchgate"

func (s *SARIF) rule(name string) sarifRule {
	for _, r := range s.head.Rules {
		if r.Name != name {
			continue
		}
		return sarifRule{
			ID: name, Short: sarifText{Text: r.Title}, Full: &sarifText{Text: r.Title + "."},
			Help: &sarifText{Text: r.Description, Markdown: r.Description}, HelpURI: r.URL,
			Properties: map[string]any{"tags": []string{"kubernetes", "batch"}, "problem.severity": problemSeverity(r.Severity)},
		}
	}
	text := map[string]string{
		ruleKubernetes: "Kubernetes accepts the object",
		rulePolicy:     "The policy can be applied to the object",
		ruleUnreadable: "The file can be read",
	}[name]
	if text == "" {
		text = name // of an own rule that says nothing of itself, or several together
	}
	return sarifRule{ID: name, Short: sarifText{Text: text}}
}

func problemSeverity(severity string) string {
	switch severity {
	case "high":
		return "error"
	case "medium":
		return "warning"
	}
	return "recommendation"
}

// semantic is a version as SARIF asks for it; a build without one has none.
func semantic(version string) string {
	version = strings.TrimPrefix(version, "v")
	if json.Valid([]byte(strings.SplitN(version, ".", 2)[0])) && strings.Count(version, ".") >= 2 {
		return version
	}
	return "0.0.0-dev"
}
