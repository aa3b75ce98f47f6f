// Package trial tries a policy set in a process of its own: the program starts itself
// once more, and that process may take so much memory and time and no more.
//
// Rego can make a compiler or a test take all memory or never end, with a text that
// looks harmless: two dozen rules, each of which holds the one before twice, come to
// gigabytes when their types are worked out. Nothing inside a process can stop that for
// certain. The end of another process is a message about the set.
//
// It knows processes and limits. What is tried, and what it says, is policies/live's.
package trial
