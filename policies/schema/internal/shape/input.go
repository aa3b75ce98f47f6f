package shape

import (
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// input is what a rule reads. params are not part of it: every rule declares
// its own.
type input struct {
	Operation  string            `json:"operation" enum:"CREATE UPDATE"`
	DryRun     bool              `json:"dryRun" description:"Nothing of this request is stored."`
	Job        job               `json:"job" description:"The Job, or the template of a CronJob's Jobs."`
	CronJob    cronJob           `json:"cronjob" description:"Absent for a Job."`
	Pod        pod               `json:"pod" description:"The pod template of either."`
	Containers []container       `json:"containers" description:"Every container of the pod template, init containers last. Written by name: containers.<name>."`
	Intent     map[string]string `json:"intent" description:"By view path (job.spec.backoffLimit): explicit, unset or ambiguous."`
	Owner      owner             `json:"owner" description:"Whose object it is. What does not apply is absent."`
	Old        views             `json:"old" description:"The stored object; on UPDATE only."`
	Namespace  namespace         `json:"namespace" description:"What nobody could tell is absent."`
	User       user              `json:"user" description:"Who sends the request."`
	Now        metav1.Time       `json:"now" description:"The time of the request, for expiry only."`
}

// views is an object as rules read it.
type views struct {
	Job        job         `json:"job"`
	CronJob    cronJob     `json:"cronjob"`
	Pod        pod         `json:"pod"`
	Containers []container `json:"containers"`
}

type job struct {
	Metadata metav1.ObjectMeta `json:"metadata"`
	Spec     batchv1.JobSpec   `json:"spec"`
}

type cronJob struct {
	Metadata  metav1.ObjectMeta   `json:"metadata"`
	Spec      batchv1.CronJobSpec `json:"spec"`
	Timetable timetable           `json:"timetable" added:"true" description:"What spec.schedule says; absent when it cannot be read."`
}

// timetable is the same on every day: it does not depend on the clock.
type timetable struct {
	Never    bool     `json:"never" description:"It runs on no day within five years."`
	Interval int      `json:"interval" description:"Seconds between the two runs that lie closest together, at least 60; absent when it never runs."`
	Every    bool     `json:"every" description:"Written as @every: counted from the start of the controller."`
	Fields   []string `json:"fields" description:"Minute, hour, day of month, month, day of week, as written or as a word such as @daily stands for; absent for @every."`
	Spread   int      `json:"spread" description:"A minute of the hour that depends on the CronJob's namespace and name."`
	Skipped  string   `json:"skipped" description:"The first run that summer time leaves out in spec.timeZone: 2026-03-29 02:30."`
	Repeated string   `json:"repeated" description:"The first run that happens twice in spec.timeZone when summer time ends."`
}

type pod struct {
	Metadata   metav1.ObjectMeta `json:"metadata"`
	Spec       corev1.PodSpec    `json:"spec"`
	Quantities quantities        `json:"quantities" added:"true" description:"The numbers of spec.resources."`
}

type container struct {
	corev1.Container `json:",inline"`

	Role       string     `json:"role" added:"true" enum:"main init sidecar"`
	Quantities quantities `json:"quantities" added:"true" description:"The numbers of resources."`
	Reference  reference  `json:"reference" added:"true" description:"The parts of image; absent when it is no image name."`
}

type quantities struct {
	Requests amounts `json:"requests"`
	Limits   amounts `json:"limits"`
}

// amounts are thousandths of cpu and base units of everything else.
type amounts map[string]float64

type reference struct {
	Registry   string `json:"registry"`
	Repository string `json:"repository"`
	Tag        string `json:"tag"`
	Digest     string `json:"digest"`
}

type owner struct {
	APIGroup   string `json:"apiGroup"`
	Kind       string `json:"kind"`
	Name       string `json:"name"`
	Controller string `json:"controller" enum:"cronjob manual operator"`
	Reconciler string `json:"reconciler" description:"Who creates the object again when it is gone: argocd, flux, helm, …"`
	Hook       string `json:"hook" enum:"argocd helm"`
	Manager    string `json:"manager" description:"spec.managedBy, when it is not the Job controller."`
	Queue      string `json:"queue" description:"The Kueue queue."`
}

type namespace struct {
	Name        string            `json:"name"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	LimitRanges []limitRange      `json:"limitRanges"`

	ResourceQuotas []resourceQuota `json:"resourceQuotas"`
}

type limitRange struct {
	Type                 string             `json:"type" enum:"Container Pod"`
	Min                  amounts            `json:"min"`
	Max                  amounts            `json:"max"`
	Default              amounts            `json:"default"`
	DefaultRequest       amounts            `json:"defaultRequest"`
	MaxLimitRequestRatio map[string]float64 `json:"maxLimitRequestRatio"`
}

// resourceQuota is a ResourceQuota with what its namespace uses of it.
type resourceQuota struct {
	Name   string   `json:"name"`
	Hard   amounts  `json:"hard" description:"The most there may be, by resource: requests.cpu, limits.memory, pods, count/jobs.batch, …"`
	Used   amounts  `json:"used" description:"What is used; every resource of hard is in it."`
	Scopes []string `json:"scopes" description:"Which Pods count, all of them when empty: Terminating, BestEffort, PriorityClass, …"`
}

type user struct {
	Name   string   `json:"name"`
	Groups []string `json:"groups"`
}
