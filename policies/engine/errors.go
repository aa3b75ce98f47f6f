package engine

import "fmt"

// ObjectError says that a request does not hold a Job or CronJob that can be
// judged: something its author can cause, so the webhook refuses it.
type ObjectError struct{ Reason string }

func (e *ObjectError) Error() string { return fmt.Sprintf("object: %s", e.Reason) }

// Denial is the message of the refusal of an object of this kind.
func (e *ObjectError) Denial(kind string) string {
	return kind + " is refused: " + Bounded(OneLine(e.Reason), maxCause)
}

// Warning is what its author is told where nothing can be filled in.
func (e *ObjectError) Warning() string {
	return Bounded("batchgate filled in nothing: "+OneLine(e.Reason), maxWarning)
}
