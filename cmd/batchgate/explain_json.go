package main

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/report"
	"github.com/batchgate/batchgate/policies/config"
)

// explainJSON is what programs are told of rules.
type explainJSON struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Policy     report.Policy     `json:"policy"`
	Namespace  string            `json:"namespace,omitempty"`
	Profile    string            `json:"profile,omitempty"`
	Rules      []explainRuleJSON `json:"rules"`
}

type explainRuleJSON struct {
	Rule        string             `json:"rule"`
	Title       string             `json:"title"`
	Description string             `json:"description"`
	Severity    string             `json:"severity"`
	Since       string             `json:"since"`
	File        string             `json:"file"`
	References  []string           `json:"references"`
	Mode        explainValueJSON   `json:"mode"`
	Fill        *explainValueJSON  `json:"fill,omitempty"` // only of a rule that fills in
	Params      []explainParamJSON `json:"params"`

	// WithoutProfile is what holds too where a profile is asked for that binds the
	// rule otherwise.
	WithoutProfile *explainPlainJSON    `json:"withoutProfile,omitempty"`
	Exceptions     []explainExcusedJSON `json:"exceptions,omitempty"`
}

type explainPlainJSON struct {
	Mode   explainValueJSON `json:"mode"`
	Params map[string]any   `json:"params"`
}

type explainExcusedJSON struct {
	Namespaces []string          `json:"namespaces"` // empty: all
	Names      []string          `json:"names"`      // empty: all
	Expires    string            `json:"expires"`
	Expired    bool              `json:"expired"`
	InForce    bool              `json:"inForce"` // the mode is this exception's
	Owner      string            `json:"owner"`
	Reason     string            `json:"reason"`
	From       explainOriginJSON `json:"from"`
}

type explainParamJSON struct {
	Name        string `json:"name"`
	Description string `json:"description"`
	Default     any    `json:"default"`
	explainValueJSON
}

type explainValueJSON struct {
	Value any               `json:"value"`
	From  explainOriginJSON `json:"from"`
}

type explainOriginJSON struct {
	Section string `json:"section,omitempty"` // empty where nothing says otherwise
	Preset  string `json:"preset,omitempty"`  // instead of a file
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
}

func (x explaining) json(out io.Writer, rules []explained) error {
	answer := explainJSON{
		APIVersion: config.APIVersion, Kind: "ExplainResult",
		Policy:    report.Policy{Name: x.engine.Identity().Name, Digest: x.engine.Identity().Digest},
		Namespace: x.namespace, Profile: x.profile,
	}
	for _, e := range rules {
		r := explainRuleJSON{
			Rule: e.Name, Title: e.Title, Description: e.Description, Severity: e.Severity, Since: e.Since, File: e.File,
			References: e.References,
			Mode:       explainValueJSON{e.Mode, originJSON(e.ModeFrom)},
			Params:     []explainParamJSON{},
		}
		if len(e.Heads) > 0 {
			r.Fill = &explainValueJSON{e.fills() == "yes", originJSON(e.FillFrom)}
		}
		for _, p := range e.Rule.Params {
			r.Params = append(r.Params, explainParamJSON{
				Name: p.Name, Description: p.Description, Default: p.Default,
				explainValueJSON: explainValueJSON{e.Explanation.Params[p.Name], originJSON(e.ParamsFrom[p.Name])},
			})
		}
		if e.Plain != nil {
			r.WithoutProfile = &explainPlainJSON{explainValueJSON{e.Plain.Mode, originJSON(e.Plain.ModeFrom)}, e.Plain.Params}
		}
		for _, excuse := range e.Excuses {
			r.Exceptions = append(r.Exceptions, explainExcusedJSON{
				Namespaces: append([]string{}, excuse.Namespaces...), Names: append([]string{}, excuse.Names...),
				Expires: excuse.Expires, Expired: excuse.Expired(e.today), InForce: e.Excused != nil && e.Excused.Origin == excuse.Origin,
				Owner: excuse.Owner, Reason: excuse.Reason, From: originJSON(excuse.Origin),
			})
		}
		answer.Rules = append(answer.Rules, r)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(answer); err != nil {
		return err
	}
	for line := range strings.Lines(b.String()) {
		// What Escape writes is what JSON writes for such a character.
		if _, err := io.WriteString(out, report.Escape(strings.TrimSuffix(line, "\n"))+"\n"); err != nil {
			return err
		}
	}
	return nil
}

func originJSON(o config.Origin) explainOriginJSON {
	if preset, ok := ofPreset(o.File); ok {
		return explainOriginJSON{Section: o.Section, Preset: preset}
	}
	j := explainOriginJSON{Section: o.Section, Line: o.Line}
	if o.File != nil {
		j.File = o.File.Path
	}
	return j
}
