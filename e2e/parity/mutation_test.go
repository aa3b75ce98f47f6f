package parity

import (
	"maps"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// mutate changes a real manifest in one place: a value, a key, or a part less.
func (g *grammar) mutate(text []byte, name string) ([]byte, string, error) {
	var manifest object
	if err := yaml.Unmarshal(text, &manifest); err != nil {
		return nil, "", err
	}
	metadata, _ := manifest["metadata"].(object)
	if metadata == nil {
		metadata = object{}
		manifest["metadata"] = metadata
	}
	delete(metadata, "namespace")
	if _, generated := metadata["generateName"]; !generated {
		metadata["name"] = name
	}
	for range g.rand.IntN(3) {
		g.graft(manifest)
	}
	if g.chance(40) {
		g.disturb(manifest)
	}
	return g.spell(manifest)
}

// graft gives the Job one field of another one.
func (g *grammar) graft(manifest object) {
	spec, _ := manifest["spec"].(object)
	if template, ok := spec["jobTemplate"].(object); ok {
		spec, _ = template["spec"].(object)
	}
	scion := g.jobSpec()
	delete(scion, "template")
	keys := sortedKeys(scion)
	if spec == nil || len(keys) == 0 {
		return
	}
	key := keys[g.rand.IntN(len(keys))]
	spec[key] = scion[key]
}

// disturb walks to a random place below spec and changes what is there.
func (g *grammar) disturb(manifest object) {
	at, ok := manifest["spec"].(object)
	for ok {
		keys := sortedKeys(at)
		if len(keys) == 0 {
			at["backoffLimit"] = 3
			return
		}
		key := keys[g.rand.IntN(len(keys))]
		next, deeper := at[key].(object)
		if list, isList := at[key].([]any); isList && len(list) > 0 && g.chance(95) {
			if item, isObject := list[g.rand.IntN(len(list))].(object); isObject {
				next, deeper = item, true
			}
		}
		if deeper && len(next) > 0 && g.chance(95) {
			at = next
			continue
		}
		switch g.rand.IntN(5) {
		case 0:
			delete(at, key)
		case 1:
			at[key] = nil
		case 2:
			at[key] = of[any](g, 0, 1, -1, "text", true, []any{}, object{})
		case 3:
			at[of(g, key+"X", strings.ToUpper(key[:1])+key[1:])] = at[key]
		case 4:
			if number, isNumber := at[key].(float64); isNumber {
				at[key] = number * 10
			} else {
				delete(at, key)
			}
		}
		return
	}
}

func sortedKeys(m object) []string { return slices.Sorted(maps.Keys(m)) }
