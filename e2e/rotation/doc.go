// Package rotation proves that certificates can be renewed, replaced and damaged while two replicas answer requests, and
// that nobody notices: with the gate's own CA, and with the real cert-manager and its cainjector.
//
// After each rotation the connections of the API server are cut, because a connection that is open does not meet the new
// certificate. A request that is in flight at that moment is counted apart (traffic.Result.WithoutCut).
//
// The short forms run with the other tests; -long is the promise: 10 new leaves and 3 new CAs in at least 6,000 requests.
package rotation
