package batch

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
)

// maxQuantity is the longest quantity, in characters, that is read.
const maxQuantity = 64

// Quantity is an amount of a resource as a number: cpu in millicores, every
// other resource in its base unit (bytes, pieces), rounded away from zero to a
// whole number, and at most what an int64 holds. The syntax is that of
// resource.Quantity in k8s.io/apimachinery.
func Quantity(name, s string) (int64, error) { return quantity(name, s, false) }

// QuantityDown is Quantity, rounded towards zero: an amount that something must
// not pass. A request that is filled in from a limit of 0.1Gi must not be the
// fraction of a byte above it.
func QuantityDown(name, s string) (int64, error) { return quantity(name, s, true) }

func quantity(name, s string, down bool) (int64, error) {
	if len(s) > maxQuantity || hugeExponent(s) {
		return 0, fmt.Errorf("quantity of %s is %d characters of no sensible size", name, len(s))
	}
	q, err := resource.ParseQuantity(s)
	if err != nil {
		return 0, fmt.Errorf("quantity of %s is %q, expected a number with an optional unit such as 100m or 128Mi", name, s)
	}
	most := int64(math.MaxInt64)
	if name == "cpu" {
		most /= 1000
	}
	limit := resource.NewQuantity(most, resource.DecimalSI)
	if q.Cmp(*limit) > 0 {
		return math.MaxInt64, nil
	}
	limit.Neg()
	if q.Cmp(*limit) < 0 {
		return math.MinInt64, nil
	}
	rounded, scale := q.Value(), resource.Scale(0)
	if name == "cpu" {
		rounded, scale = q.MilliValue(), resource.Milli
	}
	if down && rounded > 0 && resource.NewScaledQuantity(rounded, scale).Cmp(q) > 0 {
		rounded--
	}
	return rounded, nil
}

// hugeExponent reports whether a decimal exponent is so large that working the
// number out would take long.
func hugeExponent(s string) bool {
	at := strings.LastIndexAny(s, "eE")
	if at < 0 || at == len(s)-1 {
		return false
	}
	n, err := strconv.Atoi(s[at+1:])
	return err == nil && (n > 1000 || n < -1000)
}

// QuantityText is an amount of a resource as Kubernetes writes it, in the
// largest unit that divides it: the inverse of Quantity.
func QuantityText(name string, amount int64) string {
	if name == "cpu" {
		if amount%1000 == 0 {
			return strconv.FormatInt(amount/1000, 10)
		}
		return strconv.FormatInt(amount, 10) + "m"
	}
	for _, unit := range []struct {
		size   int64
		suffix string
	}{{1 << 30, "Gi"}, {1e9, "G"}, {1 << 20, "Mi"}, {1e6, "M"}, {1 << 10, "Ki"}, {1e3, "k"}} {
		if amount != 0 && amount%unit.size == 0 {
			return strconv.FormatInt(amount/unit.size, 10) + unit.suffix
		}
	}
	return strconv.FormatInt(amount, 10)
}
