// Package controlplane runs a real Kubernetes control plane on this machine: etcd, kube-apiserver and
// kube-controller-manager, built from their Go modules, with the gate installed from the shipped manifests.
//
// It knows how to build the binaries once per version (Build), how to start and stop them (Start, Stop), how a user
// talks to them (Kubectl, RESTConfig), what the API server wrote down (AuditEvents) and how the gate becomes part of it
// (InstallGate). It knows nothing of rules or Jobs. There is no kubelet and no scheduler: a Pod stays Pending until a
// test writes its status. Package life adds both for those tests that need Pods to run.
//
// It runs on Unix only, as its programs do.
package controlplane
