package apiserver

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/apimachinery/pkg/util/validation/field"
	kjson "sigs.k8s.io/json"
)

// mostResources is more than any cluster has; each costs time.
const mostResources = 1000

// amounts refuses quantities that are none, and those whose exponent is so large
// that working them out would take for ever. The decoder knows neither the field
// of the ones nor anything wrong with the others.
func amounts(doc []byte) error {
	type list map[string]json.RawMessage
	var parts struct {
		Spec struct {
			Limits []map[string]json.RawMessage `json:"limits"`
			Hard   list                         `json:"hard"`
		} `json:"spec"`
		Status struct {
			Hard list `json:"hard"`
			Used list `json:"used"`
		} `json:"status"`
	}
	if err := kjson.UnmarshalCaseSensitivePreserveInts(doc, &parts); err != nil {
		return &SurroundingsError{Message: err.Error()}
	}
	quantity := regexp.MustCompile("^" + number)
	var wrong error
	judge := func(amounts list, path *field.Path) {
		if len(amounts) > mostResources && wrong == nil {
			wrong = &SurroundingsError{Field: path.String(), Message: fmt.Sprintf("names %d resources, at most %d are read", len(amounts), mostResources)}
		}
		for _, name := range slices.Sorted(maps.Keys(amounts)) {
			if wrong != nil {
				return
			}
			if problem := amount(amounts[name], quantity); problem != "" {
				wrong = &SurroundingsError{Field: path.Key(name).String(), Message: problem}
			}
		}
	}
	spec, status := field.NewPath("spec"), field.NewPath("status")
	for i, item := range parts.Spec.Limits {
		for _, name := range slices.Sorted(maps.Keys(item)) {
			var amounts list // the type of the item is none, and what else is none is for the decoder to say
			if kjson.UnmarshalCaseSensitivePreserveInts(item[name], &amounts) == nil {
				judge(amounts, spec.Child("limits").Index(i).Child(name))
			}
		}
	}
	judge(parts.Spec.Hard, spec.Child("hard"))
	judge(parts.Status.Hard, status.Child("hard"))
	judge(parts.Status.Used, status.Child("used"))
	return wrong
}

// amount says what is wrong with a quantity; pattern finds its number.
func amount(written json.RawMessage, pattern *regexp.Regexp) string {
	if parts := pattern.FindSubmatch(written); parts != nil {
		if why := endless(parts); why != "" {
			return why
		}
	}
	var quantity resource.Quantity
	if err := json.Unmarshal(written, &quantity); err != nil {
		return fmt.Sprintf("is %.40s; expected a quantity such as 500m or 128Mi", written)
	}
	return ""
}
