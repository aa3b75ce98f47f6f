// Package snapshot holds `batchgate snapshot` and `batchgate check --context` to the cluster: what is saved of it is enough
// to judge as it does, under a policy of its own, in namespaces with limits, quotas and profiles.
package snapshot
