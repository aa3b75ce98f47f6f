// Package life lets the Pods of a control plane live: kube-scheduler gives them nodes, kwok keeps the nodes and carries
// Pods from Pending to Running and away, and the commands of their containers run as processes of this machine, so that
// exit codes, restarts and the files on a shared volume are real.
//
// It knows two images: pause waits until it is told to end, every other is taken for busybox and its command is run by
// the shell of this machine, in a directory of its own. The path of a volume is replaced in the text of a command, since
// nothing is mounted. There is no network, no isolation, no logs, and no limit on what a command may use: run only
// what you would run yourself.
package life
