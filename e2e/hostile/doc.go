// Package hostile holds a gate that asks its callers for a certificate against callers who have none, or another one, and
// against callers who stall or flood, on a real kube-apiserver that proves who it is by an AdmissionConfiguration. What
// counts is what becomes of honest requests meanwhile: each has a known right answer.
package hostile
