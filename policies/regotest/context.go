package regotest

import (
	"cmp"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/batchgate/batchgate/policies/apiserver"
	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/engine"
)

// Context is under which circumstances an example is judged. The zero value is
// `kubectl apply` into a namespace without limits, and the rule's own parameters.
type Context struct {
	Mode      string           `json:"mode"` // empty: enforce
	Fill      *bool            `json:"fill"` // nil: true
	Params    map[string]any   `json:"params"`
	Client    apiserver.Client `json:"client"` // apply, ssa or create; empty: apply
	User      engine.User      `json:"user"`
	Namespace namespace        `json:"namespace"`
}

type namespace struct {
	Name        string              `json:"name"` // empty: default
	Labels      map[string]string   `json:"labels"`
	Annotations map[string]string   `json:"annotations"`
	LimitRanges []engine.LimitRange `json:"limitRanges"`

	ResourceQuotas []engine.ResourceQuota `json:"resourceQuotas"`
}

// read reads a context.yaml. A problem is told with its line there, 0 for the
// whole.
func (c *Context) read(data []byte) (line int, problem string) {
	err := yaml.UnmarshalStrict(data, c)
	if err == nil {
		return 0, ""
	}
	if line, problem, ok := notYAML(err); ok {
		return line, problem
	}
	if unknown := regexp.MustCompile(`unknown field "(.+)"`).FindStringSubmatch(err.Error()); unknown != nil {
		return unknownKey(data, unknown[1])
	}
	if wrong := regexp.MustCompile(`cannot unmarshal (\S+) into Go (?:struct field \w+\.(\S+)|value) of type (\S+)`).FindStringSubmatch(err.Error()); wrong != nil {
		return 0, fmt.Sprintf("%s is a %s; expected %s", cmp.Or(wrong[2], "the whole"), wrong[1], wanted(wrong[3]))
	}
	return 0, strings.ReplaceAll(err.Error(), "\n", " ")
}

// wanted is a type of Go in the words of YAML.
func wanted(goType string) string {
	switch {
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case goType == "string" || strings.HasSuffix(goType, ".Client"):
		return "text"
	case goType == "bool":
		return "true or false"
	}
	return "keys and values"
}

// notYAML is where the parser gave up, and why.
func notYAML(err error) (line int, problem string, ok bool) {
	if err == nil {
		return 0, "", false
	}
	found := regexp.MustCompile(`yaml: line (\d+): (.+)`).FindStringSubmatch(err.Error())
	if found == nil {
		return 0, "", false
	}
	line, failed := strconv.Atoi(found[1])
	return line, "is no YAML: " + found[2], failed == nil
}

// unknownKey names the keys that there are where an unknown one stands.
func unknownKey(data []byte, key string) (line int, problem string) {
	known, where := keysOf(reflect.TypeFor[Context]()), ""
	var top map[string]any
	if yaml.Unmarshal(data, &top) == nil && top[key] == nil {
		for part, keys := range map[string][]string{"namespace": keysOf(reflect.TypeFor[namespace]()), "user": keysOf(reflect.TypeFor[engine.User]())} {
			within, _ := top[part].(map[string]any)
			if _, inside := within[key]; inside {
				known, where = keys, " in "+part
			}
		}
	}
	for i, l := range strings.Split(string(data), "\n") {
		if line == 0 && regexp.MustCompile(`(^|[\s{,"'])`+regexp.QuoteMeta(key)+`["']?\s*:`).MatchString(l) {
			line = i + 1
		}
	}
	problem = fmt.Sprintf("has the unknown key %q%s; expected %s", key, where, strings.Join(known, ", "))
	if near := config.Nearest(key, known); near != "" {
		problem += fmt.Sprintf("; did you mean %q?", near)
	}
	return line, problem
}

func keysOf(t reflect.Type) (keys []string) {
	for i := range t.NumField() {
		name := t.Field(i).Name
		keys = append(keys, cmp.Or(t.Field(i).Tag.Get("json"), strings.ToLower(name[:1])+name[1:]))
	}
	return keys
}
