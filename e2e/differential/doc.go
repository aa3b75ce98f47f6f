// Package differential holds policies/apiserver to the API server's own code.
// Generated Jobs and CronJobs go through the serializers, the defaults, the
// strategies and the validation of k8s.io/kubernetes and through the port, and
// these must be equal: the refusal or the warnings of decoding, the defaulted
// object, the prepared one, every error's type, field and words, and the
// warnings. For the evidence of intent the other side is the API server's own
// field manager.
//
// Not compared are the values that errors quote, which are of the API server's
// internal types, the errors for objects with fields that NotCovered names, and
// what a CronJob's controller makes of it, which is not exported: the tests on a
// real control plane do that.
//
// The number of documents is 8,000, or that of the environment variable
// BATCHGATE_DIFFERENTIAL; BATCHGATE_SEED starts elsewhere. A document is made
// from its number alone, so a failure names all that is needed to see it again.
package differential
