// Package stolen types what the runbook says about a CA of cert-manager whose key was stolen, and looks whether anybody still
// trusts it. It knows the page, and nothing of how certificates are kept.
package stolen
