// Package soak runs two replicas for a while under everything that happens to them in a year: steady traffic, a policy that
// is changed every ten seconds, a new certificate every minute, a new CA every five, connections that are cut. It measures
// what grows. The short form, which `go test` runs, shows that the pieces work; `make soak` is long enough to tell a leak
// from noise.
//
// # How growth is measured
//
// Every five seconds each replica is asked for its metrics. The first quarter of the run, five minutes at most, is
// warm-up and does not count.
//
// Memory is judged twice. The live heap is what the last garbage collection found in use: the collector aims at a fixed
// multiple of it, so it follows from go_memstats_next_gc_bytes, and it does not depend on when a sample is taken. The
// resident size is what the kernel counts; it moves by MiB with the pace of the collector. Each series becomes one median
// a minute, and a straight line is fitted to the medians. The slope is given with its standard error. The live heap fails
// when its slope is above 1 MiB/h; the resident size fails when its slope is above that by more than twice the standard
// error, and the log says how small a leak the run could have seen that way.
//
// Goroutines and file descriptors are compared as medians of the first and the last minute.
//
// A request that is in flight when its connection is cut fails; nothing can be done about that, so these are counted apart.
package soak
