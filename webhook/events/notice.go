package events

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/batchgate/batchgate/policies/engine"
)

// Warning tells that something about the gate itself is wrong. The reason is a word
// in UpperCamelCase, the text a sentence.
func (r *Recorder) Warning(reason, text string) { r.notice(corev1.EventTypeWarning, reason, text) }

// Normal tells that something about the gate itself is in order again, or happened.
func (r *Recorder) Normal(reason, text string) { r.notice(corev1.EventTypeNormal, reason, text) }

func (r *Recorder) notice(kind, reason, text string) {
	text = engine.Bounded(engine.OneLine(text), maxText)
	r.tell(r.gate, event{about: r.Self, kind: kind, reason: reason, key: kind + "\n" + text, text: text})
}
