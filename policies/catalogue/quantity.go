package catalogue

import (
	"encoding/json"
	"strconv"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/types"

	"github.com/batchgate/batchgate/policies/batch"
)

// The builtins that read and write an amount as Kubernetes does.
const (
	quantityName     = "batchgate.quantity"
	quantityTextName = "batchgate.quantity_text"
)

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
	resource, err := textOperand(quantityName, operands, 0)
	if err != nil {
		return err
	}
	text, err := textOperand(quantityName, operands, 1)
	if err != nil {
		return err
	}
	n, err := batch.Quantity(resource, text)
	if err != nil {
		return &topdown.Error{Code: topdown.BuiltinErr, Message: quantityName + ": " + err.Error()}
	}
	return iter(ast.NumberTerm(json.Number(strconv.FormatInt(n, 10))))
}

// quantityText is batchgate.quantity_text(resource, amount), the way back: 1500
// of cpu is "1500m", 2147483648 of memory is "2Gi".
func quantityText() *ast.Builtin {
	return &ast.Builtin{
		Name:        quantityTextName,
		Description: "An amount of a resource as Kubernetes writes it, in the largest unit that divides it.",
		Decl: types.NewFunction(
			types.Args(
				types.Named("resource", types.S).Description("the resource's name"),
				types.Named("amount", types.N).Description("the amount: cpu in millicores, everything else in its base unit"),
			),
			types.Named("text", types.S).Description("the amount, such as 100m or 128Mi"),
		),
	}
}

func evaluateQuantityText(_ topdown.BuiltinContext, operands []*ast.Term, iter func(*ast.Term) error) error {
	resource, err := textOperand(quantityTextName, operands, 0)
	if err != nil {
		return err
	}
	number, ok := operands[1].Value.(ast.Number)
	if !ok {
		return typeError(quantityTextName, 2, "a whole number", operands[1])
	}
	amount, ok := number.Int64()
	if !ok {
		return typeError(quantityTextName, 2, "a whole number", operands[1])
	}
	return iter(ast.StringTerm(batch.QuantityText(resource, amount)))
}

func textOperand(builtin string, operands []*ast.Term, i int) (string, error) {
	text, ok := operands[i].Value.(ast.String)
	if !ok {
		return "", typeError(builtin, i+1, "text", operands[i])
	}
	return string(text), nil
}

func typeError(builtin string, operand int, want string, got *ast.Term) error {
	return &topdown.Error{
		Code:    topdown.TypeErr,
		Message: builtin + ": operand " + strconv.Itoa(operand) + " must be " + want + ", it is " + ast.ValueName(got.Value),
	}
}
