package catalogue

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// allowed are OPA's builtins that a rule may call: deterministic, without
// network, clock or environment, and either quick on what a review can hold or
// stopped by the deadline.
func allowed() []string {
	return []string{
		// comparison, assignment and what the compiler itself writes
		"assign", "eq", "equal", "neq", "gt", "gte", "lt", "lte", "internal.member_2", "internal.member_3", "internal.template_string",
		// numbers
		"abs", "ceil", "floor", "round", "plus", "minus", "mul", "div", "rem", "to_number", "format_int", "numbers.range", "numbers.range_step",
		// collections
		"and", "or", "union", "intersection", "count", "max", "min", "sum", "product", "sort",
		"array.concat", "array.flatten", "array.reverse", "array.slice",
		"object.filter", "object.get", "object.keys", "object.remove", "object.subset", "object.union", "object.union_n",
		// text
		"concat", "contains", "startswith", "endswith", "indexof", "indexof_n", "lower", "upper", "replace", "split", "substring",
		"trim", "trim_left", "trim_right", "trim_prefix", "trim_suffix", "trim_space",
		"strings.any_prefix_match", "strings.any_suffix_match", "strings.count", "strings.reverse", "strings.split_n", "sprintf",
		"semver.compare", "semver.is_valid",
		// types
		"is_array", "is_boolean", "is_null", "is_number", "is_object", "is_set", "is_string", "type_name",
	}
}

// Builtins are the builtins that are not OPA's own, for topdown.
func Builtins() map[string]*topdown.Builtin {
	return map[string]*topdown.Builtin{
		quantityName:     {Decl: quantity(), Func: evaluateQuantity},
		quantityTextName: {Decl: quantityText(), Func: evaluateQuantityText},
		nextRunName:      {Decl: nextRun(), Func: evaluateNextRun},
	}
}

// Capabilities are those of OPA with the builtins that rules may call. more
// names others, for tests.
func Capabilities(more ...string) *ast.Capabilities {
	capabilities := ast.CapabilitiesForThisVersion()
	list := append(allowed(), more...)
	capabilities.Builtins = slices.DeleteFunc(capabilities.Builtins, func(b *ast.Builtin) bool {
		return !slices.Contains(list, b.Name)
	})
	capabilities.Builtins = append(capabilities.Builtins, quantity(), quantityText(), nextRun())
	capabilities.AllowNet = []string{}
	return capabilities
}
