// Command image builds the container image of batchgate with ko, without a container engine and without a registry.
//
// It knows what is in the image besides the binary (nothing but licences), who runs it and how it is described. ko
// itself compiles the binary, puts the layers together and writes the software bill of materials; it is used as a
// library because its command cannot start from an empty base. Pushing and signing are left to the release workflow.
//
// The same commit, built by the same version of Go, gives the same bytes: nothing in the image holds a time or a path.
package main
