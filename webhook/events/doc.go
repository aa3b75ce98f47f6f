// Package events writes Events: on a CronJob when a Job of its controller breaks a
// rule, and on the gate itself when something about it is wrong or mended.
//
// Nobody reads the warnings that the CronJob controller gets, so `kubectl describe
// cronjob` is where an author finds them. It knows verdicts and the API of Events. It
// does not know reviews: nothing here holds one up. What is told goes into a queue
// that is bounded, and what does not fit is dropped and counted.
//
// # How often
//
// The same thing is told once in an hour: its name is made of what it says, of whom
// and in which hour, so that replicas and restarts find it told already. One CronJob
// tells at most maxPerObject things in an hour, and all together at most perSecond. What
// is about the gate has a queue and bounds of its own, and goes first.
package events
