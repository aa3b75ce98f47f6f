package batch_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/batchgate/batchgate/policies/batch"
)

func TestQuantity(t *testing.T) {
	t.Parallel()
	for sentence, tc := range map[string]struct {
		resource, text string
		want           int64
	}{
		"millicores":                     {"cpu", "100m", 100},
		"whole cores":                    {"cpu", "2", 2000},
		"parts of a core":                {"cpu", "1.5", 1500},
		"less than a millicore":          {"cpu", "1u", 1},
		"memory in binary units":         {"memory", "128Mi", 128 << 20},
		"memory in decimal units":        {"memory", "1G", 1e9},
		"memory with an exponent":        {"memory", "1e3", 1000},
		"memory in thousandths of bytes": {"memory", "100m", 1},
		"a part of a byte":               {"memory", "1.2", 2},
		"a count of devices":             {"nvidia.com/gpu", "8", 8},
		"nothing":                        {"cpu", "0", 0},
		"less than nothing":              {"memory", "-1Ki", -1024},
		"the largest amount":             {"memory", "9223372036854775807", math.MaxInt64},
		"more bytes than an int64":       {"memory", "9223372036854775808", math.MaxInt64},
		"exbibytes beyond an int64":      {"memory", "100Ei", math.MaxInt64},
		"more millicores than an int64":  {"cpu", "9223372036854776", math.MaxInt64},
		"the most millicores":            {"cpu", "9223372036854775", 9223372036854775000},
		"cores beyond everything":        {"cpu", "99999999999999999999", math.MaxInt64},
		"far less than nothing":          {"cpu", "-99999999999999999", math.MinInt64},
	} {
		got, err := batch.Quantity(tc.resource, tc.text)
		if err != nil || got != tc.want {
			t.Errorf("%s: Quantity(%s, %s) = %d, %v, want %d", sentence, tc.resource, tc.text, got, err, tc.want)
		}
	}
}

func TestQuantityRefuses(t *testing.T) {
	t.Parallel()
	for sentence, text := range map[string]string{
		"no text":                "",
		"a word":                 "much",
		"an unknown unit":        "1XB",
		"a space":                "1 Gi",
		"a very long number":     strings.Repeat("9", 65),
		"a very large exponent":  "1e1000000000",
		"a very small exponent":  "1e-1000000000",
		"an exponent past int64": "1e99999999999999999999",
	} {
		start := time.Now()
		if n, err := batch.Quantity("cpu", text); err == nil {
			t.Errorf("%s: %q is %d, want an error", sentence, text, n)
		}
		if took := time.Since(start); took > time.Second {
			t.Errorf("%s: took %s", sentence, took)
		}
	}
}
