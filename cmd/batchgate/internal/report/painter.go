package report

// Painter paints the words of verbs that report no objects, or leaves them as
// they are.
type Painter bool

// Strong is for headings and names.
func (p Painter) Strong(text string) string { return brush(p).paint(bold, text) }

// Good is for what is as it should be.
func (p Painter) Good(text string) string { return brush(p).paint(green, text) }

// Bad is for what is not.
func (p Painter) Bad(text string) string { return brush(p).paint(red, text) }

// Faint is for what is only there to be looked up.
func (p Painter) Faint(text string) string { return brush(p).paint(dim, text) }
