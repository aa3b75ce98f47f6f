// Package availability proves what happens to the cluster while the gate is restarted, killed or away, and while the API
// server is: which requests are lost, which are decided wrongly, what is refused and what catches up afterwards. Its tests
// run on a real control plane with two replicas behind a Service (package traffic); -long makes them as long as a release
// demands (`make availability`).
//
// # After an outage
//
// An outage is not over when the gate is back: the CronJob controller tries a Job that was refused again after 5 ms, then
// after twice as long each time. So the longest delay is about as long as the outage was, up to the controller's limit of
// 1,000 s. Measured with 50 CronJobs that run every minute, both replicas killed just before a minute begins:
//
//	outage   refused Jobs   half of the CronJobs had fired after   all had
//	  22 s            306                                  3.0 s     5.7 s
//	  62 s            650                                 16.9 s    19.8 s
//	 122 s            748                                 79.5 s    82.4 s
//	 242 s            800                                125.5 s   128.4 s
//
// No run had two Jobs. Runs that fell into the outage except the latest are not made up for: that is how CronJobs are.
//
// # When a replica is killed
//
// What is in flight there fails, and so do new connections to it until its endpoint is gone; whatever fails in the mutating
// webhook is admitted unfilled or refused by the validating one on another replica, and is counted as unfilled, not as
// wrong. Of eight kills under 100 requests a second, each cost at most four requests.
package availability
