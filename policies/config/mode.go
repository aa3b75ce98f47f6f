package config

// Mode says what a finding of a rule does to a request.
type Mode string

// The modes, from the weakest to the strongest.
const (
	Off     Mode = "off"     // the rule is not evaluated and fills nothing
	Audit   Mode = "audit"   // recorded, not shown to the author
	Warn    Mode = "warn"    // shown as a warning, admitted
	Enforce Mode = "enforce" // refused
)

// rank orders the modes; an unknown mode ranks below Off.
func (m Mode) rank() int {
	switch m {
	case Off:
		return 1
	case Audit:
		return 2
	case Warn:
		return 3
	case Enforce:
		return 4
	}
	return 0
}

// Cap returns the weaker of m and limit.
func (m Mode) Cap(limit Mode) Mode {
	if limit.rank() != 0 && limit.rank() < m.rank() {
		return limit
	}
	return m
}

// Stronger reports whether m does more than other.
func (m Mode) Stronger(other Mode) bool { return m.rank() > other.rank() }
