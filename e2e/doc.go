// Package e2e proves on a real control plane what batchgate promises: package controlplane runs it, the tests beside this
// file are its users. What is proven here is never proven on hand-made reviews alone.
package e2e
