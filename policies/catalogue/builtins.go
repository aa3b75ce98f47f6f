package catalogue

import (
	"encoding/json"
	"slices"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/types"

	"github.com/batchgate/batchgate/policies/batch"
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

// quantityName is the builtin that reads an amount as Kubernetes writes it.
const quantityName = "batchgate.quantity"

// quantity is batchgate.quantity(resource, text): "100m" of cpu is 100, "1Gi" of
// memory is 1073741824. OPA's own units.parse reads `m` differently and takes
// seconds for a long number.
func quantity() *ast.Builtin {
	return &ast.Builtin{
		Name:        quantityName,
		Description: "An amount of a resource as a number: cpu in millicores, everything else in its base unit.",
		Decl: types.NewFunction(
			types.Args(
				types.Named("resource", types.S).Description("the resource's name"),
				types.Named("text", types.S).Description("the amount, such as 100m or 128Mi"),
			),
			types.Named("amount", types.N).Description("the amount as a number"),
		),
	}
}

func evaluateQuantity(_ topdown.BuiltinContext, operands []*ast.Term, iter func(*ast.Term) error) error {
	resource, ok := operands[0].Value.(ast.String)
	if !ok {
		return typeError(1, operands[0])
	}
	text, ok := operands[1].Value.(ast.String)
	if !ok {
		return typeError(2, operands[1])
	}
	n, err := batch.Quantity(string(resource), string(text))
	if err != nil {
		return &topdown.Error{Code: topdown.BuiltinErr, Message: quantityName + ": " + err.Error()}
	}
	return iter(ast.NumberTerm(json.Number(strconv.FormatInt(n, 10))))
}

func typeError(operand int, got *ast.Term) error {
	return &topdown.Error{
		Code:    topdown.TypeErr,
		Message: quantityName + ": operand " + strconv.Itoa(operand) + " must be text, it is " + ast.ValueName(got.Value),
	}
}

// Builtins are the builtins that are not OPA's own, for topdown.
func Builtins() map[string]*topdown.Builtin {
	return map[string]*topdown.Builtin{quantityName: {Decl: quantity(), Func: evaluateQuantity}}
}

// Capabilities are those of OPA with the builtins that rules may call. more
// names others, for tests.
func Capabilities(more ...string) *ast.Capabilities {
	capabilities := ast.CapabilitiesForThisVersion()
	list := append(allowed(), more...)
	capabilities.Builtins = slices.DeleteFunc(capabilities.Builtins, func(b *ast.Builtin) bool {
		return !slices.Contains(list, b.Name)
	})
	capabilities.Builtins = append(capabilities.Builtins, quantity())
	capabilities.AllowNet = []string{}
	return capabilities
}
