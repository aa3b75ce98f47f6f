package apiserver

import (
	"fmt"

	"k8s.io/apimachinery/pkg/api/validation"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// invalid is one error for each message.
func invalid(path *field.Path, value any, messages []string) field.ErrorList {
	var errs field.ErrorList
	for _, message := range messages {
		errs = append(errs, field.Invalid(path, value, message))
	}
	return errs
}

// natural holds an optional number to zero or more.
func natural[T int32 | int64](path *field.Path, value *T) field.ErrorList {
	if value == nil {
		return nil
	}
	return validation.ValidateNonnegativeField(int64(*value), path)
}

// oneOf holds a value to a list; an empty one is required.
func oneOf[T ~string](path *field.Path, value T, allowed ...T) field.ErrorList {
	if value == "" {
		return field.ErrorList{field.Required(path, "")}
	}
	return among(path, value, allowed...)
}

// among holds a value to a list, which may contain the empty one.
func among[T ~string](path *field.Path, value T, allowed ...T) field.ErrorList {
	for _, one := range allowed {
		if value == one {
			return nil
		}
	}
	return field.ErrorList{field.NotSupported(path, value, allowed)}
}

// label holds a value to an RFC 1123 label.
func label(path *field.Path, value string) field.ErrorList {
	return invalid(path, value, utilvalidation.IsDNS1123Label(value))
}

// subdomain holds a value to an RFC 1123 subdomain.
func subdomain(path *field.Path, value string) field.ErrorList {
	return invalid(path, value, utilvalidation.IsDNS1123Subdomain(value))
}

// qualified holds a value to a name with an optional DNS prefix.
func qualified(path *field.Path, value string) field.ErrorList {
	return invalid(path, value, utilvalidation.IsQualifiedName(value))
}

func tooMany(path *field.Path, length, most int) field.ErrorList {
	if length <= most {
		return nil
	}
	return field.ErrorList{field.TooMany(path, length, most)}
}

// listed is oneOf where the API server lists the values for an empty one too.
func listed[T ~string](path *field.Path, value T, allowed ...T) field.ErrorList {
	if value == "" {
		return field.ErrorList{field.Required(path, fmt.Sprintf("valid values: %q", allowed))}
	}
	return among(path, value, allowed...)
}

func atMost(path *field.Path, value *int32, most int32, message string) field.ErrorList {
	if value == nil || *value <= most {
		return nil
	}
	return field.ErrorList{field.Invalid(path, *value, fmt.Sprintf(message, most))}
}
