package engine

import "fmt"

// ObjectError says that a request does not hold a Job or CronJob that can be
// judged: something its author can cause, so the webhook refuses it.
type ObjectError struct{ Reason string }

func (e *ObjectError) Error() string { return fmt.Sprintf("object: %s", e.Reason) }
