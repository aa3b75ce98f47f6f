// Package availability proves what happens to the cluster while the gate is restarted, killed or away, and while the API
// server is: which requests are lost, which are decided wrongly, what is refused and what catches up afterwards. Its tests
// run on a real control plane with two replicas behind a Service (package traffic); -long makes them as long as a release
// demands.
package availability
