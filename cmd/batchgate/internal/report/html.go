package report

import "io"

// HTML is a placeholder.
type HTML struct{ Format }

// NewHTML writes to out.
func NewHTML(out io.Writer, h Head) *HTML { return &HTML{NewMarkdown(out, h)} }
