// Package rotation proves that certificates can be renewed, replaced and damaged while two replicas answer requests, and
// that nobody notices: with the gate's own CA, and with the real cert-manager and its cainjector.
//
// After each rotation the connections of the API server are cut, because a connection that is open does not meet the new
// certificate. A request that is in flight at that moment is counted apart (traffic.Result.WithoutCut).
//
// Measured beside it, with cert-manager 1.21 and one new CA: with inject-ca-from, 267 of 496 requests are lost where
// cainjector takes three seconds, and 291 of 391 where a mount takes as long and cainjector replaces the CA, as it did
// before 1.19; none where it adds the CA and only the mount is late.
//
// The short forms run with the other tests; -long is the promise: 10 new leaves and 3 new CAs in at least 6,000 requests.
package rotation
