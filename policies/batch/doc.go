// Package batch knows what a Job or CronJob is to a rule: the views it is read
// through, where a path of a view really lies, what of it an author wrote,
// whose it is, and what its quantities amount to. It reads the JSON of an
// admission review straight into terms, skipping what nobody asks for.
//
// It does not know rules, policies, requests or the network, does not apply
// defaults (it only knows which values the API server would have written), and
// does not judge whether an object is valid.
package batch
