package apiserver_test

import "testing"

func TestACronJobIsJudged(t *testing.T) {
	t.Parallel()
	checkJudgements(t, cronJobWith, map[string]judgement{
		"the parser's panic is an error": {
			part: `schedule: 'TZ=0'`,
			want: []string{
				"spec.schedule: Invalid value: invalid schedule format: runtime error: slice bounds out of range [:-1]",
				"spec.schedule: Invalid value: cannot use TZ or CRON_TZ in schedule, use timeZone field instead",
			},
		},
		"a schedule is needed": {
			part: `schedule: ''`,
			want: []string{
				"spec.schedule: Required value",
			},
		},
		"a time zone is not empty": {
			part: `schedule: '@daily', timeZone: ''`,
			want: []string{
				"spec.timeZone: Invalid value: timeZone must be nil or non-empty string",
			},
		},
		"a time zone is spelled as in the database": {
			part: `schedule: '@daily', timeZone: 'Europe/../Oslo'`,
			want: []string{
				"spec.timeZone: Invalid value: unknown time zone Europe/../Oslo",
			},
		},
		"numbers are not negative": {
			part: `schedule: '@daily', startingDeadlineSeconds: -1, successfulJobsHistoryLimit: -1, failedJobsHistoryLimit: -1`,
			want: []string{
				"spec.startingDeadlineSeconds: Invalid value: must be greater than or equal to 0",
				"spec.successfulJobsHistoryLimit: Invalid value: must be greater than or equal to 0",
				"spec.failedJobsHistoryLimit: Invalid value: must be greater than or equal to 0",
			},
		},
		"a template has no selector": {
			part: `schedule: '@daily', jobTemplate: {spec: {manualSelector: true, selector: {matchLabels: {a: b}}, template: {spec: {restartPolicy: Never, containers: [{name: main, image: i}]}}}}`,
			want: []string{
				"spec.jobTemplate.spec.selector: Invalid value: `selector` will be auto-generated",
				`spec.jobTemplate.spec.manualSelector: Unsupported value: supported values: "nil", "false"`,
			},
		},
	})
}
