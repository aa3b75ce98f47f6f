package batch

// Intent says whether an author wrote the field at a view path.
//
//   - Absent or null: Unset.
//   - Other than the API server's default, or without one: Explicit.
//   - On UPDATE (old is not nil) other than what old has there: Explicit.
//   - In a Job that a CronJob controls: Explicit, because the CronJob is where
//     defaults are filled.
//   - The API server's default: what server-side apply (managedFields) or
//     client-side apply (last-applied) recorded, else Ambiguous.
func (o *Object) Intent(view []string, old *Object) State {
	p := o.resolve(view)
	if !p.ok {
		return Unset
	}
	value := o.walk(p.tokens)
	if value == nil || isNull(value) {
		return Unset
	}
	preset, ok := APIDefault(o.kind, view, o)
	if !ok || !equal(value, preset) {
		return Explicit
	}
	if old != nil {
		// Nothing in old: its parent is new, and the default proves nothing.
		if before, ok := old.Lookup(view); ok && !equal(before, value) {
			return Explicit
		}
	}
	if o.kind == Job {
		if group, kind, _, _ := o.controller(); group == "batch" && kind == string(CronJob) {
			return Explicit
		}
	}
	return o.evidence.of(p)
}
