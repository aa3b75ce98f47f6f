// Package prometheus tests what Prometheus and Grafana are given in manifests/monitoring: that every expression parses,
// that the metrics and labels in it are those of the gate and of kube-apiserver, and that each alert fires when it should
// and not when all is well, by Prometheus' own engine.
//
// What kube-apiserver exposes is in testdata/apiserver.txt, which a test in e2e holds against a real one. It is a module
// of its own, because Prometheus' dependencies are newer than those of Kubernetes.
package prometheus
