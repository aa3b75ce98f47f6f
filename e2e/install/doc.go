// Package install proves on a real kube-apiserver that everything that can be installed is accepted there: each overlay of
// kustomize, the chart with each file of values and with each option turned, in a namespace that enforces Pod Security
// `restricted`; that the rights which come with it are the least that works; and that a release is upgraded under load.
//
// What a Deployment would make of it is taken from its Pod template, as nothing runs Pods here.
package install
