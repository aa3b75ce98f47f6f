package engine

// AskAlways makes an engine ask every rule about every object.
func (e *Engine) AskAlways() {
	for _, rules := range e.bound {
		for _, b := range rules {
			b.guard = nil
			for i := range b.fills {
				b.fills[i].guard = nil
			}
		}
	}
}

// GuardOf reports whether a rule is left out where nothing it needs is there,
// and for how many sets of parameters it is ready.
func (e *Engine) GuardOf(rule string) (guarded bool, bindings int) {
	for _, b := range e.bound[rule] {
		guarded = !(&presence{}).mayHold(b.guard)
	}
	return guarded, len(e.bound[rule])
}
