package parity

import "strings"

func (g *grammar) cronJobSpec() object {
	spec := object{
		"schedule":    odd(g, g.schedule(), "never", "", "* * * *", "TZ=UTC 0 3 * * *", "60 * * * *", "0 0 32 * *", "@every soon"),
		"jobTemplate": object{"spec": g.jobSpec()},
	}
	template := spec["jobTemplate"].(object)
	g.maybe(25, template, "metadata", func() any {
		m := object{"labels": g.labels()}
		g.maybe(10, m, "annotations", func() any { return g.annotations() })
		return m
	})
	g.maybe(40, spec, "timeZone", func() any {
		return odd[any](g, of(g, "Etc/UTC", "Europe/Berlin", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"), "Mars/Olympus", "", "Local")
	})
	g.maybe(50, spec, "concurrencyPolicy", func() any { return odd(g, of(g, "Allow", "Forbid", "Replace"), "Never") })
	g.maybe(30, spec, "startingDeadlineSeconds", func() any { return odd[any](g, of(g, 0, 5, 9, 10, 60, 3600, 200000), -1) })
	g.maybe(30, spec, "successfulJobsHistoryLimit", func() any { return odd[any](g, of(g, 0, 1, 10, 11, 20), -1) })
	g.maybe(30, spec, "failedJobsHistoryLimit", func() any { return odd[any](g, of(g, 0, 1, 10, 11, 20), -1) })
	g.maybe(15, spec, "suspend", func() any { return g.chance(50) })
	return spec
}

// schedule is often, seldom or never: by steps that divide the hour and steps
// that do not, at hours that summer time skips or repeats, on days of the month
// and of the week, at midnight as most, in words and counted from the start.
func (g *grammar) schedule() string {
	return of(g,
		"*/5 * * * *", "*/5 * * * *", "* * * * *", "*/2 * * * *", "*/7 * * * *", "0,50,55 * * * *", "20,40 9-17 * * 1-5",
		"12 * * * *", "5 */2 * * *", "0 */5 * * *", "@hourly",
		"0 3 * * *", "0 3 * * *", "30 2 * * *", "30 2 * * 0", "15 2 * * *", "30 1 * * *", "10 1,13 * * *", "15 4 * * 1", "15 4 * * MON",
		"0 0 * * *", "@daily", "@midnight", "0 0 1 * *", "@monthly", "@yearly", "0 12 1 1 *", "0 3 29 2 *",
		"0 4 1 * 1", "0 3 13 * FRI", "0 3 */2 * *", "30 6 * */5 *", "0 3 * * */3", "0 6 ? * ?",
		"0 0 31 2 *", "0 0 31 2 *", "0 3 31 4,6,9,11 *", "15 2 30 2 *",
		"@every 30s", "@every 90m", "@every 1h", "@every 36h",
	)
}

// cronJobName is mostly a short one; a Pod of an Indexed Job has less room.
func (g *grammar) cronJobName(name string) any {
	if g.chance(55) {
		return name
	}
	return of(g, name+strings.Repeat("x", 52-len(name)), name+strings.Repeat("x", 50-len(name)), name+".v1")
}
