// Package docs writes the pages of rules in Markdown: one for each rule, where
// whoever was refused by it reads on, the index of all, and the page that leads
// from the advice of a guide to the rules (guide.yaml).
//
// The page of a rule says nothing of its own. It is made of what a rule declares
// (policies/catalogue), of its examples, which hold (policies/regotest), and of
// the modes that the presets give it. The package writes no files.
package docs

//go:generate go run ./internal/generate ..
