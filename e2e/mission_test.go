package e2e

import (
	"errors"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
)

var errNotYet = errors.New("not yet")

// mission is the four fields that batchgate was built for. A missing value is -1 or empty.
type mission struct {
	TTL, Backoff int
	Restart      corev1.RestartPolicy
	Containers   map[string]resources
}

type resources struct {
	Requests, Limits map[corev1.ResourceName]string
}

// filled is what the default policy gives to a Job with one container that says nothing.
func filled() mission {
	return mission{TTL: 86400, Backoff: 4, Restart: corev1.RestartPolicyNever, Containers: map[string]resources{
		"main": filledResources(),
	}}
}

func filledResources() resources {
	return resources{
		Requests: map[corev1.ResourceName]string{"cpu": "100m", "memory": "128Mi"},
		Limits:   map[corev1.ResourceName]string{"cpu": "1", "memory": "1Gi"},
	}
}

// explicit is what explicitSpec says.
func explicit() mission {
	return mission{TTL: 120, Backoff: 2, Restart: corev1.RestartPolicyOnFailure, Containers: map[string]resources{
		"main": {
			Requests: map[corev1.ResourceName]string{"cpu": "50m", "memory": "32Mi"},
			Limits:   map[corev1.ResourceName]string{"cpu": "75m", "memory": "64Mi"},
		},
	}}
}

// The specs of a Job, indented by two, so that they can stand in a Job.
const (
	silentSpec = `
  template:
    spec:
      containers:
        - {name: main, image: "registry.example.com/tools/report:1.4.2"}
`
	explicitSpec = `
  ttlSecondsAfterFinished: 120
  backoffLimit: 2
  activeDeadlineSeconds: 600
  template:
    spec:
      restartPolicy: OnFailure
      containers:
        - name: main
          image: registry.example.com/tools/report:1.4.2
          resources: {requests: {cpu: 50m, memory: 32Mi}, limits: {cpu: 75m, memory: 64Mi}}
`
	explicitSixSpec = `
  backoffLimit: 6
  template:
    spec:
      restartPolicy: Never
      containers:
        - {name: main, image: "registry.example.com/tools/report:1.4.2"}
`
	namedRestartSpec = `
  template:
    spec:
      restartPolicy: Never
      containers:
        - {name: main, image: "registry.example.com/tools/report:1.4.2"}
`
	// violatingSpec breaks backoff-limit.
	violatingSpec = `
  backoffLimit: 50
  template:
    spec:
      restartPolicy: Never
      containers:
        - {name: main, image: "registry.example.com/tools/report:1.4.2"}
`
)

func jobOf(name, spec string) string {
	return "apiVersion: batch/v1\nkind: Job\nmetadata: {name: " + name + "}\nspec:" + spec
}

func generatedJobOf(name, spec string) string {
	return "apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: " + name + "-}\nspec:" + spec
}

func cronJobOf(name, schedule, spec string) string {
	return "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: " + name + "}\nspec:\n  schedule: \"" + schedule +
		"\"\n  jobTemplate:\n    spec:" + indented(spec)
}

func missionOf(spec batchv1.JobSpec) mission {
	m := mission{TTL: -1, Backoff: -1, Restart: spec.Template.Spec.RestartPolicy, Containers: map[string]resources{}}
	if spec.TTLSecondsAfterFinished != nil {
		m.TTL = int(*spec.TTLSecondsAfterFinished)
	}
	if spec.BackoffLimit != nil {
		m.Backoff = int(*spec.BackoffLimit)
	}
	for _, container := range spec.Template.Spec.Containers {
		m.Containers[container.Name] = resources{
			Requests: quantities(container.Resources.Requests),
			Limits:   quantities(container.Resources.Limits),
		}
	}
	return m
}

func quantities(list corev1.ResourceList) map[corev1.ResourceName]string {
	texts := map[corev1.ResourceName]string{}
	for name, quantity := range list {
		texts[name] = quantity.String()
	}
	return texts
}

// indented moves a spec into the template of a CronJob.
func indented(spec string) string { return strings.ReplaceAll(spec, "\n", "\n    ") }
