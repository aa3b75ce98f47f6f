// Package certs is where the serving certificate comes from and how the API
// server comes to trust it.
//
// It knows keys, expiry and the two objects of the cluster that carry trust:
// the Secret that replicas share and the caBundle of the webhook
// configurations. It does not know reviews, policies or flags.
//
// Every replica keeps its own certificate current; none needs to be a leader.
// Time is the wall clock, read at every tick, so a machine that was suspended
// or whose clock jumped renews at its next tick.
package certs
