// Package rendered is what people install: the kustomize base with its components, and the Helm chart with its files of
// values, as the manifests that reach the API server.
//
// It knows how they are rendered and decoded. What must be true of them is known to the tests.
package rendered
