// Package reload proves that a policy can be exchanged while two replicas answer requests: ten times a second, and no
// answer is missing or made of two policies; and that one with a mistake in it is told to those who can mend it, and
// replaces nothing.
//
// The short form runs with the other tests; -long is 3,000 requests.
package reload
