package apiserver

import (
	"fmt"
	"strings"
	"time"

	"github.com/robfig/cron/v3"
	batchv1 "k8s.io/api/batch/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func validateCronJobSpec(spec *batchv1.CronJobSpec, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	errs = append(errs, validateSchedule(spec.Schedule, path.Child("schedule"))...)
	errs = append(errs, natural(path.Child("startingDeadlineSeconds"), spec.StartingDeadlineSeconds)...)
	errs = append(errs, validateTimeZone(spec.TimeZone, path.Child("timeZone"))...)
	errs = append(errs, oneOf(path.Child("concurrencyPolicy"), spec.ConcurrencyPolicy, batchv1.AllowConcurrent, batchv1.ForbidConcurrent, batchv1.ReplaceConcurrent)...)
	template := path.Child("jobTemplate", "spec")
	job := &spec.JobTemplate.Spec
	errs = append(errs, validateJobSpec(job, template)...)
	if job.Selector != nil {
		errs = append(errs, field.Invalid(template.Child("selector"), job.Selector, "`selector` will be auto-generated"))
	}
	if job.ManualSelector != nil && *job.ManualSelector {
		errs = append(errs, field.NotSupported(template.Child("manualSelector"), *job.ManualSelector, []string{"nil", "false"}))
	}
	errs = append(errs, natural(path.Child("successfulJobsHistoryLimit"), spec.SuccessfulJobsHistoryLimit)...)
	return append(errs, natural(path.Child("failedJobsHistoryLimit"), spec.FailedJobsHistoryLimit)...)
}

func validateSchedule(schedule string, path *field.Path) field.ErrorList {
	if schedule == "" {
		return field.ErrorList{field.Required(path, "")}
	}
	var errs field.ErrorList
	if err := parseSchedule(schedule); err != nil {
		errs = append(errs, field.Invalid(path, schedule, err.Error()))
	}
	if strings.Contains(schedule, "TZ") {
		errs = append(errs, field.Invalid(path, schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead"))
	}
	return errs
}

// parseSchedule recovers because the parser panics on some schedules, "TZ=0"
// among them.
func parseSchedule(schedule string) (err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("invalid schedule format: %v", caught)
		}
	}()
	_, err = cron.ParseStandard(schedule)
	return err
}

// validateTimeZone judges the name and then whether this machine can load it,
// which is the API server's question about its own machine.
func validateTimeZone(name *string, path *field.Path) field.ErrorList {
	if name == nil {
		return nil
	}
	if *name == "" {
		return field.ErrorList{field.Invalid(path, name, "timeZone must be nil or non-empty string")}
	}
	for part := range strings.SplitSeq(*name, "/") {
		if !zonePart(part) {
			return field.ErrorList{field.Invalid(path, name, "unknown time zone "+*name)}
		}
	}
	var errs field.ErrorList
	if strings.EqualFold(*name, "Local") {
		errs = append(errs, field.Invalid(path, name, "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones"))
	}
	if _, err := time.LoadLocation(*name); err != nil {
		errs = append(errs, field.Invalid(path, name, err.Error()))
	}
	return errs
}

// zonePart tells whether a name between slashes is one of the time zone
// database: up to 14 letters, digits, dots, hyphens, underscores and plus signs.
func zonePart(part string) bool {
	if part == "" || len(part) > 14 || part == "." || part == ".." || part[0] == '-' {
		return false
	}
	for _, c := range part {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case strings.ContainsRune(".-_+", c):
		default:
			return false
		}
	}
	return true
}
