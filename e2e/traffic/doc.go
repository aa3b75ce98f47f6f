// Package traffic puts several replicas of the gate behind one Service on a real control plane and sends requests through
// it whose right answers are known, so that a wrong answer counts and not only one that failed.
//
//	mix, err := traffic.Recommended(ctx, cluster)              // after the gate is installed
//	load, err := traffic.StartLoad(ctx, cluster, mix, 100)     // requests per second
//	...                                                        // what must not be noticed
//	result, err := load.Stop()
//	err = result.Clean()                                       // nil when every answer was right
//
// Forwarder stands in for kube-proxy, Replicas for the Deployment and the kubelet: a replica gets connections while its
// readiness probe succeeds, and what changes about that takes effect after a lag. Request is one kind of request with its
// right answer; Recommended are those for the preset of that name, and a test with another policy brings its own. Load
// sends them as dry runs at a steady rate and judges each answer.
//
// It knows how traffic is made and what became of it. What happens to the replicas meanwhile, and how much of a loss is
// acceptable, is known to the tests that use it. It differs from a cluster in this: everything is on loopback, a connection
// that finds no backend is reset instead of refused, and the end of a process is noticed at once.
package traffic
