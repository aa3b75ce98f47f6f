// Package certmanager runs the real cert-manager on a control plane of the tests: its controllers for Certificates and
// Issuers of the kinds SelfSigned and CA, and cainjector, each a process as in a cluster. They are compiled from
// cert-manager's module at the version that e2e/tools/certmanager pins.
//
// It knows how cert-manager is installed and how a person has it renew a certificate. What follows from that for the gate
// is known to the tests that use it. Its webhook, which validates and defaults what people write, is left out.
package certmanager
