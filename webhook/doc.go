// Package webhook is the adapter between kube-apiserver and the engine:
// AdmissionReview in, AdmissionReview out, over its own HTTPS server.
//
// It knows HTTP, the review's envelope, deadlines, memory and where a
// namespace's labels come from. It does not know what a Job is: the bytes of
// the object go to the engine as they came, never decoded and encoded again.
//
// # Which trouble becomes which answer
//
// What the author of an object can cause is a decision with the review's uid,
// so that failurePolicy never applies and padding cannot reach it. What the
// caller or this process causes is an HTTP status other than 200, which the API
// server treats as a call failure and hands to failurePolicy.
//
//	rule refuses                              200, denied, 403 Forbidden
//	object is not a Job or CronJob at all     200, denied by /validate; allowed unpatched, with a warning, by /mutate
//	body over the cap                         200, denied by both
//	operation or subresource nobody judges    200, allowed
//	not a review, no uid, kind not batch/v1   400
//	method, content type                      405, 415
//	CA of the client trusted no longer        403, connection closed
//	body that stalls                          408, connection closed
//	panic, engine error                       500
//	overload, namespace unknown, no rights    503
//	deadline                                  504
package webhook
