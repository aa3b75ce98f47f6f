// Package doctor runs `batchgate doctor` against installations on a real control plane: a healthy one, and one with each
// trouble made in turn, which has to be named, and no other.
//
// Replicas are processes here. The Pods, the endpoints and the status of the Deployment that a cluster would have are
// written for them, with an address of this machine, so that the API server's proxy reaches them as it would a Pod. Where a connection is forwarded, a stand-in for the kubelet does it, with the kubelet's own
// code.
package doctor
