// Package certs is where the serving certificate comes from and how the API
// server comes to trust it.
//
// It knows keys, expiry and the objects of the cluster that carry trust: the
// Secrets that replicas share and the caBundle of the webhook configurations.
// It does not know reviews, policies or flags.
//
// Every replica keeps its own certificate current; none needs to be a leader.
//
// # Time
//
// It is the API server that finds a certificate expired or not yet valid, so
// its clock is what counts. Every answer of it carries the time; between two
// answers time is what has elapsed, a suspended machine included. A local clock
// that is wrong or jumps changes nothing but the skew that is told.
//
// # Rotation
//
// The order is always the same: the new CA goes into the caBundle beside the
// former one; when both configurations have carried it for a while, read back,
// the new leaf is served; the former CA stays until the last leaf of it that
// anybody can serve has expired. A leaf that has become invalid meanwhile is
// replaced at once, as nothing is left to lose.
package certs
