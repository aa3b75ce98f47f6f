package catalogue

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// An operand of a wrong type costs nothing: the builtin itself says so.

func textOf(t *ast.Term) string {
	s, _ := t.Value.(ast.String)
	return string(s)
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// times is a*b, and never overflows.
func times(a, b int) int {
	if a != 0 && b > maxWork/a {
		return maxWork + 1
	}
	return a * b
}

// each calls f for every element of a collection until it is false.
func each(t *ast.Term, f func(*ast.Term) bool) {
	switch v := t.Value.(type) {
	case *ast.Array:
		v.Until(func(e *ast.Term) bool { return !f(e) })
	case ast.Set:
		v.Until(func(e *ast.Term) bool { return !f(e) })
	case ast.Object:
		v.Until(func(k, e *ast.Term) bool { return !f(k) || !f(e) })
	}
}

func length(t *ast.Term) int {
	if c, ok := t.Value.(interface{ Len() int }); ok {
		return c.Len()
	}
	return 0
}

// lengths is of a call that makes one collection of all its operands.
func lengths(operands []*ast.Term) int { return length(operands[0]) + length(operands[1]) }

// nestedLengths is of a call that makes one collection of what its operand holds.
func nestedLengths(operands []*ast.Term) int {
	sum := 0
	each(operands[0], func(e *ast.Term) bool {
		sum += max(length(e), 1)
		return sum <= maxItems
	})
	return sum
}

// printed is the size of a value as text. A value may hold another one many times, so
// that it is small in memory and has no end as text: counting ends past most.
func printed(t *ast.Term, most int) int {
	switch v := t.Value.(type) {
	case ast.String:
		return len(v) + 2
	case ast.Number:
		return len(v)
	case *ast.Array, ast.Set, ast.Object:
		sum := 2
		each(t, func(e *ast.Term) bool {
			sum += printed(e, most-sum) + 2
			return sum <= most
		})
		return sum
	}
	return 5
}

func printedCost(operands []*ast.Term) int { return printed(operands[0], maxText) }

func concatCost(operands []*ast.Term) int {
	between := len(textOf(operands[0]))
	sum := 0
	each(operands[1], func(e *ast.Term) bool {
		sum += len(textOf(e)) + between
		return sum <= maxText
	})
	return sum
}

func replaceCost(operands []*ast.Term) int {
	s, old, with := textOf(operands[0]), textOf(operands[1]), textOf(operands[2])
	if len(with) <= len(old) {
		return len(s)
	}
	return len(s) + times(strings.Count(s, old), len(with)-len(old))
}

// sprintfCost counts each argument once, or once for every verb where verbs say which
// argument they mean, and the widths that verbs ask for.
func sprintfCost(operands []*ast.Term) int {
	format := textOf(operands[0])
	arguments := printed(operands[1], maxText)
	if strings.Contains(format, "[") {
		arguments = times(arguments, strings.Count(format, "%"))
	}
	return len(format) + arguments + widths(format)
}

// widths is the sum of all numbers in the verbs of a format: "%9999d" is as wide as it
// says. A width that is an argument may be anything.
func widths(format string) int {
	sum := 0
	for {
		at := strings.IndexByte(format, '%')
		if at < 0 || sum > maxText {
			return sum
		}
		format = format[at+1:]
		number := 0
		for len(format) > 0 && strings.IndexByte("+-# .*[]0123456789", format[0]) >= 0 {
			switch c := format[0]; {
			case c == '*':
				return maxText + 1
			case c >= '0' && c <= '9':
				number = min(number*10+int(c-'0'), maxText+1)
			default:
				sum, number = sum+number, 0
			}
			format = format[1:]
		}
		sum += number
		format = strings.TrimPrefix(format, "%") // "%%"
	}
}

func splitCost(operands []*ast.Term) int {
	return strings.Count(textOf(operands[0]), textOf(operands[1])[:min(1, len(textOf(operands[1])))]) + 1
}

func searchWork(operands []*ast.Term) int {
	in, what := textOf(operands[0]), textOf(operands[1])
	if ascii(in) && ascii(what) {
		return 0
	}
	return times(len(in), len(what))
}

func cutWork(operands []*ast.Term) int {
	s, set := textOf(operands[0]), textOf(operands[1])
	if ascii(set) {
		return 0
	}
	return times(len(s), len(set))
}

// nodes is how many values a value holds, itself included; counting ends past maxWork.
func nodes(t *ast.Term) int {
	sum := 1
	each(t, func(e *ast.Term) bool {
		sum += nodes(e)
		return sum <= maxWork
	})
	return sum
}

func subsetWork(operands []*ast.Term) int { return times(nodes(operands[0]), nodes(operands[1])) }

func affixWork(operands []*ast.Term) int {
	return printed(operands[0], maxWork) + printed(operands[1], maxWork)
}

// digitsOf is how long the product of numbers can get.
func digitsOf(operands []*ast.Term) int {
	sum := 0
	count := func(t *ast.Term) bool {
		if n, ok := t.Value.(ast.Number); ok {
			sum += len(n)
		}
		return sum <= maxDigit
	}
	for _, t := range operands {
		if count(t) {
			each(t, count)
		}
	}
	return sum
}
