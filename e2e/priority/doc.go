// Package priority tests that Pods of the gate are made where the API server limits who may have the priority classes of
// the system, as GKE does. It knows nothing of what the gate decides: none of its Pods runs.
package priority
