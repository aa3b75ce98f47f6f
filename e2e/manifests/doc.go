// Package manifests tests what is installed: the kustomize base with its components, and the Helm chart with every file of
// values in its ci/ directory. All of them decode strictly, are as the golden files say, and work on a real
// kube-apiserver. It knows nothing of what the gate decides.
package manifests
