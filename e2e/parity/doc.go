// Package parity proves the product's main promise: what `batchgate check`
// says of a manifest is what the cluster says of it.
//
// It makes manifests from a grammar and from real ones that it changes, judges
// each offline, sends each to a real kube-apiserver on which the gate is
// installed through the shipped manifests, and compares all that a user could
// notice: the verdict, the refused fields and the words, the warnings as sent,
// the audit annotations and the object that is stored. Of a refusal by
// Kubernetes itself it compares the fields. An admitted CronJob is followed by
// the Job that its controller would create, and some by a Job made by hand.
//
// Two more tests close the gaps on either side: the requests are those of the
// real kubectl, and the JSON of the real command is what the dry run says.
//
// It knows how clients send manifests. It does not know what any rule says: a
// new rule is held to both sides as soon as the grammar writes the field that it
// reads, and the test fails until it does.
//
// Left out is an object of which NotCovered names a field, and what no offline
// check can know: drawn names and uids, and times.
package parity
