// Package source finds a policy set: a bundled preset, a policy file, or a
// directory with a policy file and rules of one's own.
//
// It knows where files are and how much of them is too much. What they mean is
// the business of policies/config and policies/catalogue. It knows no cluster.
//
// A rule that lies in the directory but not below rules/ is a problem too: nobody
// loads it, and whoever wrote it believes that it holds.
//
// # Limits
//
// Only regular files inside the directory are read, also where symbolic links
// lead to them. A file has at most 1 MiB, a directory at most 500 rules, 4,000
// files and 32 MiB.
package source
