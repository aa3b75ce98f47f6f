package catalogue

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// answered is how a body of a rule ended.
type answered struct {
	err  string
	took time.Duration // after it was cancelled
	made uint64        // bytes, garbage counted
}

// ask evaluates `x` of a body as a compiled rule would, with a deadline.
func ask(t *testing.T, body string, input map[string]any) answered {
	t.Helper()
	compiler := ast.NewCompiler().WithCapabilities(Capabilities()).WithDefaultRegoVersion(ast.RegoV1)
	module, err := ast.ParseModuleWithOpts("a.rego", "package a\nx := y if {\n"+body+"\n}\n", ast.ParserOptions{RegoVersion: ast.RegoV1, Capabilities: Capabilities()})
	if err != nil {
		t.Fatal(err)
	}
	compiler.Compile(map[string]*ast.Module{"a.rego": module})
	if compiler.Failed() {
		t.Fatal(compiler.Errors)
	}
	withinBounds(compiler)
	query, err := compiler.QueryCompiler().Compile(ast.MustParseBody("answer = data.a.x"))
	if err != nil {
		t.Fatal(err)
	}
	value, err := ast.InterfaceToValue(input)
	if err != nil {
		t.Fatal(err)
	}
	const deadline = 200 * time.Millisecond
	cancel := topdown.NewCancel()
	stop := time.AfterFunc(deadline, cancel.Cancel)
	defer stop.Stop()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	err = topdown.NewQuery(query).WithCompiler(compiler).WithInput(ast.NewTerm(value)).WithCancel(cancel).
		WithBuiltins(programBuiltins()).WithStrictBuiltinErrors(true).
		Iter(context.Background(), func(topdown.QueryResult) error { return nil })
	a := answered{took: time.Since(began) - deadline}
	runtime.ReadMemStats(&after)
	a.made = after.TotalAlloc - before.TotalAlloc
	if err != nil {
		a.err = err.Error()
	}
	return a
}

// longest is how long a call may go on after the deadline. What is not bounded goes on
// for minutes; a busy machine takes part of this.
const longest = 2 * time.Second

// mostMade is what one call and what leads to it may allocate until it notices.
const mostMade = 256 << 20

// TestNoBuiltinGoesOnWithoutEnd calls every builtin that may be called with the operands
// that are worst for it.
func TestNoBuiltinGoesOnWithoutEnd(t *testing.T) {
	input := map[string]any{
		"text":  strings.Repeat("ab", 3<<19),
		"wide":  strings.Repeat("ä", 3<<19),
		"zeros": "0." + strings.Repeat("0", 3<<20) + "1",
	}
	const items = "items := [1 | some i in numbers.range(1, 40000)]\n"
	const words = "words := [sprintf(\"word %d\", [i]) | some i in numbers.range(1, 20000)]\n"
	const object = "object_of := {sprintf(\"%d\", [i]): i | some i in numbers.range(1, 20000)}\n"
	double := func(call string) string { // 45 times
		var b strings.Builder
		b.WriteString("x0 := [\"ab\", \"ab\"]\n")
		for i := range 45 {
			b.WriteString(strings.NewReplacer("OUT", "x"+string(rune('A'+i/26))+string(rune('a'+i%26)), "IN", previous(i)).Replace(call) + "\n")
		}
		return b.String() + "y := true"
	}
	bodies := map[string]string{
		"concat":                        strings.ReplaceAll(double(`OUT := concat("", [IN, IN])`), `["ab", "ab"]`, `"ab"`),
		"concat of one text often":      `many := [input.text | some i in numbers.range(1, 200)]` + "\n" + `y := count(concat("", many))`,
		"replace":                       `y := count(replace(input.text, "a", input.text))`,
		"replace nothing":               `y := count(replace(input.text, "", input.text))`,
		"sprintf":                       strings.ReplaceAll(double(`OUT := sprintf("%s%s", [IN, IN])`), `["ab", "ab"]`, `"ab"`),
		"sprintf by index":              `y := count(sprintf("` + strings.Repeat("%[1]s", 1000) + `", [input.text]))`,
		"sprintf wide":                  `y := count(sprintf("%999999d` + strings.Repeat("%999999d", 100) + `", [1]))`,
		"sprintf as wide as said":       `y := count(sprintf("%*d", [999999, 1]))`,
		"sprintf of what is large":      `many := [input.text | some i in numbers.range(1, 200)]` + "\n" + `y := count(sprintf("%v", [many]))`,
		"a template":                    strings.ReplaceAll(double("OUT := $\"{IN}{IN}\""), `["ab", "ab"]`, `"ab"`),
		"lower in a loop":               `y := [lower(input.text) | some i in numbers.range(1, 10000)]`,
		"upper in a loop":               `y := [upper(input.text) | some i in numbers.range(1, 10000)]`,
		"strings.reverse in a loop":     `y := [strings.reverse(input.text) | some i in numbers.range(1, 10000)]`,
		"array.concat":                  double(`OUT := array.concat(IN, IN)`),
		"array.flatten":                 double(`OUT := array.flatten([IN, IN])`),
		"object.union":                  object + `y := [object.union(object_of, {"x": i}) | some i in numbers.range(1, 10000)]`,
		"object.union_n":                object + `y := object.union_n([object_of | some i in numbers.range(1, 10000)])`,
		"or":                            items + `y := {i | some i in numbers.range(1, 200000)} | {i | some i in numbers.range(200000, 400000)}`,
		"union":                         `y := union({{[i, j] | some j in numbers.range(1, 1000)} | some i in numbers.range(1, 1000)})`,
		"intersection":                  `y := intersection({{[i, j] | some j in numbers.range(1, 1000)} | some i in numbers.range(1, 1000)})`,
		"split":                         `y := count(split(input.text, ""))`,
		"strings.split_n":               `y := count(strings.split_n(input.text, "a", -1))`,
		"indexof_n":                     `y := count(indexof_n(input.text, "a"))`,
		"indexof":                       `y := indexof(concat("", [input.wide, input.wide]), concat("", [input.wide, "x"]))`,
		"contains":                      `y := contains(concat("", [input.wide, input.wide]), concat("", [input.wide, "x"]))`,
		"strings.count":                 `y := strings.count(concat("", [input.wide, input.wide]), concat("", [input.wide, "x"]))`,
		"trim":                          `y := count(trim(input.wide, concat("", [input.text, "ä"])))`,
		"trim_left":                     `y := count(trim_left(input.wide, concat("", [input.text, "ä"])))`,
		"trim_right":                    `y := count(trim_right(input.wide, concat("", [input.text, "ä"])))`,
		"trim_prefix":                   `y := count(trim_prefix(input.wide, input.wide))`,
		"trim_suffix":                   `y := count(trim_suffix(input.wide, input.wide))`,
		"trim_space":                    `y := count(trim_space(input.wide))`,
		"substring":                     `y := [substring(input.wide, i, -1) | some i in numbers.range(1, 10000)]`,
		"startswith":                    `y := startswith(input.wide, input.wide)`,
		"endswith":                      `y := endswith(input.wide, input.wide)`,
		"strings.any_prefix_match":      words + `y := strings.any_prefix_match(words, [concat("", [w, "x"]) | some w in words])`,
		"strings.any_suffix_match":      words + `y := strings.any_suffix_match(words, [concat("", [w, "x"]) | some w in words])`,
		"any_prefix_match of long":      `y := strings.any_prefix_match([input.text, "b"], [input.text, concat("", [input.text, "b"])])`,
		"object.subset":                 items + `y := object.subset(items, array.concat(array.slice(items, 0, 20000), [2]))`,
		"object.filter":                 object + `y := object.filter(object_of, object.keys(object_of))`,
		"object.remove":                 object + `y := object.remove(object_of, object.keys(object_of))`,
		"object.get":                    object + `y := object.get(object_of, "7", 1)`,
		"object.keys":                   object + `y := count(object.keys(object_of))`,
		"mul":                           strings.ReplaceAll(double(`OUT := IN * IN`), `["ab", "ab"]`, `99999999999`),
		"product":                       `y := product([9999999999999999999 | some i in numbers.range(1, 20000)])`,
		"plus":                          `y := sum([to_number(input.zeros) | some i in numbers.range(1, 10000)])`,
		"minus, div, rem":               `y := ((to_number(input.zeros) - 1) / 7) + (99999999999999999999999 % 7)`,
		"abs, ceil, floor, round":       `y := abs(ceil(floor(round(to_number(input.zeros)))))`,
		"format_int":                    `y := format_int(to_number(input.zeros), 2)`,
		"to_number":                     `y := [to_number(input.zeros) | some i in numbers.range(1, 10000)]`,
		"numbers.range":                 `y := numbers.range(1, 1000000000)`,
		"numbers.range_step":            `y := numbers.range_step(1, 1000000000, 1)`,
		"sort, count, max, min, sum":    `all := [-i | some i in numbers.range(1, 100000)]` + "\n" + `y := [count(sort(all)), max(all), min(all), sum(all)]`,
		"array.slice, array.reverse":    items + `y := [array.reverse(array.slice(items, i, 40000)) | some i in numbers.range(1, 10000)]`,
		"and, comparison":               `all := {i | some i in numbers.range(1, 100000)}` + "\n" + `y := (all & all) == (all - {1})`,
		"semver.compare":                `semver.is_valid(concat("", ["1.0.0-", input.text]))` + "\n" + `y := semver.compare(concat("", ["1.0.0-", input.text]), concat("", ["1.0.0-", input.text]))`,
		"types":                         `y := [is_array(input), is_boolean(input), is_null(input), is_number(input), is_object(input), is_set(input), is_string(input), type_name(input)]`,
		"loops in loops":                `y := [[i, j] | some i in numbers.range(1, 100000); some j in numbers.range(1, 100000)]`,
		"loops in loops that find none": `y := count([1 | some i in numbers.range(1, 3000); some j in numbers.range(1, 3000); some k in numbers.range(1, 3000); i + j + k == 0])`,
	}
	for _, name := range untried(bodies) {
		t.Errorf("%s can be called and is not tried here", name)
	}
	for name, body := range bodies {
		t.Run(name, func(t *testing.T) { // one after the other: each takes time and memory
			got := ask(t, body, input)
			t.Logf("%8s after the deadline, %4d MiB, %.90s", got.took.Round(time.Millisecond), got.made>>20, got.err)
			if got.took > longest {
				t.Errorf("went on for %s", got.took)
			}
			if got.made > mostMade {
				t.Errorf("made %d MiB", got.made>>20)
			}
		})
	}
}

// previous names the variable of a step before i.
func previous(i int) string {
	if i == 0 {
		return "x0"
	}
	i--
	return "x" + string(rune('A'+i/26)) + string(rune('a'+i%26))
}

// What doubles in the language itself is refused when it is loaded.
func TestALiteralThatDoublesIsRefused(t *testing.T) {
	t.Parallel()
	chain := func(steps int) string {
		var b strings.Builder
		b.WriteString("package a\nx := y if {\nx0 := input.a\n")
		for i := range steps {
			b.WriteString(previous(i+1) + " := [" + previous(i) + ", " + previous(i) + "]\n")
		}
		return b.String() + "y := " + previous(steps) + "\n}\n"
	}
	for steps, want := range map[int]bool{3: true, 12: true, 40: false} {
		compiler := ast.NewCompiler().WithDefaultRegoVersion(ast.RegoV1)
		compiler.Compile(map[string]*ast.Module{"a.rego": ast.MustParseModuleWithOpts(chain(steps), ast.ParserOptions{RegoVersion: ast.RegoV1})})
		if compiler.Failed() {
			t.Fatal(compiler.Errors)
		}
		to := &problems{}
		copies(compiler.Modules["a.rego"], to)
		if err := to.err(); (err == nil) != want || err != nil && !strings.Contains(err.Error(), "more than 65536 parts") {
			t.Errorf("%d steps: %v", steps, err)
		}
	}
}

// untried are the builtins that may be called and that no body calls. Comparisons and
// what the compiler writes take no longer than what they are given is large.
func untried(bodies map[string]string) []string {
	infix := map[string]string{"plus": " + ", "minus": " - ", "mul": " * ", "div": " / ", "rem": " % ", "and": " & ", "or": " | ", "internal.template_string": "$\""}
	plain := []string{"assign", "eq", "equal", "neq", "gt", "gte", "lt", "lte", "internal.member_2", "internal.member_3"}
	all := strings.Join(slices.Collect(maps.Values(bodies)), "\n")
	return slices.DeleteFunc(allowed(), func(name string) bool {
		call := infix[name]
		if call == "" {
			call = name + "("
		}
		return slices.Contains(plain, name) || strings.Contains(all, call)
	})
}
