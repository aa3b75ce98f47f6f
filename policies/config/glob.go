package config

// glob reports whether s matches a pattern in which `*` stands for any text,
// also none. It takes len(pattern)*len(s) steps at most and allocates nothing.
func glob(pattern, s string) bool {
	p, i := 0, 0
	star, retry := -1, 0 // the last `*`, and where its text ends at present
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, retry = p, i
			p++
		case p < len(pattern) && pattern[p] == s[i]:
			p++
			i++
		case star >= 0:
			retry++
			p, i = star+1, retry
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == '*' {
		p++
	}
	return p == len(pattern)
}

// anyGlob reports whether one of the patterns matches s.
func anyGlob(patterns []string, s string) bool {
	for _, pattern := range patterns {
		if glob(pattern, s) {
			return true
		}
	}
	return false
}
