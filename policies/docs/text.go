package docs

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/batchgate/batchgate/policies/config"
)

// cell is text inside a table.
func cell(text string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "|", `\|`)
}

// code is text as code, in one line.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(strings.Join(strings.Fields(text), " "), "`", "'") + "`"
}

// Flow is a JSON value as YAML in one line.
func Flow(value any) (string, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return "", err
	}
	var node yaml.Node
	if err := yaml.Unmarshal(text, &node); err != nil {
		return "", err
	}
	restyle(&node)
	text, err = yaml.Marshal(&node)
	return strings.Join(strings.Fields(string(text)), " "), err
}

func restyle(n *yaml.Node) {
	n.Style = 0
	if n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode {
		n.Style = yaml.FlowStyle
	}
	for _, child := range n.Content {
		restyle(child)
	}
}

// limits are the parts of a parameter's JSON Schema that a reader is told.
type limits struct {
	Type       string             `json:"type"`
	Minimum    *json.Number       `json:"minimum"`
	Maximum    *json.Number       `json:"maximum"`
	Enum       []string           `json:"enum"`
	Items      *limits            `json:"items"`
	Properties map[string]*limits `json:"properties"`
}

// TypeOf is a parameter's type in words.
func TypeOf(p config.Param) (string, error) {
	var l limits
	if err := json.Unmarshal(p.Schema, &l); err != nil {
		return "", fmt.Errorf("parameter %s: %w", p.Name, err)
	}
	return l.words(), nil
}

func (l *limits) words() string {
	switch {
	case len(l.Enum) > 2:
		return strings.Join(l.Enum, ", ")
	case len(l.Enum) > 0:
		return strings.Join(l.Enum, " or ")
	case len(l.Properties) > 0:
		return l.Type + " of " + strings.Join(slices.Sorted(maps.Keys(l.Properties)), ", ")
	case l.Type == "array" && l.Items != nil:
		return "list of " + l.Items.words()
	case l.Minimum != nil && l.Maximum != nil:
		return fmt.Sprintf("%s, %s to %s", l.Type, *l.Minimum, *l.Maximum)
	case l.Minimum != nil:
		return fmt.Sprintf("%s, at least %s", l.Type, *l.Minimum)
	case l.Maximum != nil:
		return fmt.Sprintf("%s, at most %s", l.Type, *l.Maximum)
	}
	return l.Type
}

// Caption is an example's name as a person writes it.
func Caption(name string) string {
	_, name, _ = strings.Cut(name, "-")
	words := strings.Split(name, "-")
	spelled := map[string]string{
		"job": "Job", "jobs": "Jobs", "cronjob": "CronJob", "cronjobs": "CronJobs", "pod": "Pod", "pods": "Pods",
		"ttl": "TTL", "cpu": "CPU", "helm": "Helm", "argo": "Argo", "cd": "CD", "onfailure": "OnFailure", "never": "Never",
	}
	for i, word := range words {
		if proper, ok := spelled[word]; ok {
			words[i] = proper
		}
	}
	return strings.Join(words, " ")
}

// message is a line of findings.txt without what became of it.
func message(line string) string {
	_, text, _ := strings.Cut(line, ": ")
	return text
}

// filled is a line of changes.txt.
type filled struct{ Field, From, To string }

func change(line string) filled {
	var c filled
	c.Field, c.To, _ = strings.Cut(line, ": ")
	if from, to, ok := strings.Cut(c.To, " -> "); ok {
		c.From, c.To = from, to
	}
	return c
}
