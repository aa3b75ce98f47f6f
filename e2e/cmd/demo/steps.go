package main

// step is one thing that a user does.
type step struct {
	heading string
	story   string   // why it is worth a look, a sentence or two
	tool    string   // "kubectl" or "batchgate"
	args    []string // as the user types them
	file    string   // the manifest whose filled fields are shown; "" shows none
	object  string   // "jobs/hello-job": where it is afterwards
	refused bool     // how it has to end
}

const examples = "manifests/examples/"

func apply(file string) []string { return []string{"apply", "-f", examples + file} }

// steps are the story of the demo, in the order in which a newcomer understands it.
func steps() []step {
	return []step{
		{
			heading: "The first Job of a beginners' guide, exactly as it was printed",
			story: "The page has lost the indentation, the list bullet is an en dash and the quotes are curly. " +
				"Kubernetes itself refuses it.",
			tool: "kubectl", args: apply("guide-job.yaml"), refused: true,
		},
		{
			heading: "The same Job, repaired",
			story:   "It breaks the guide's own advice: no TTL, no resource limits. batchgate fills the gaps and keeps the 4 that was written.",
			tool:    "kubectl", args: apply("guide-job-repaired.yaml"), file: "guide-job-repaired.yaml", object: "jobs/hello-job",
		},
		{
			heading: "The same file once more",
			story:   "What was filled in does not fight with what was written: nothing changes.",
			tool:    "kubectl", args: apply("guide-job-repaired.yaml"),
		},
		{
			heading: "A Job that says nothing but what to run",
			story:   "Kubernetes would refuse it, because its Pods would restart for ever. Filled in, it runs.",
			tool:    "kubectl", args: apply("silent-job.yaml"), file: "silent-job.yaml", object: "jobs/silent-job",
		},
		{
			heading: "A CronJob that says nothing but when and what to run",
			story:   "Its template is filled in once, here, and every Job it makes is complete. Its history limits clean up, so it gets no TTL.",
			tool:    "kubectl", args: apply("silent-cronjob.yaml"), file: "silent-cronjob.yaml", object: "cronjobs/silent-cronjob",
		},
		{
			heading: "A runaway Job",
			story:   "Fifty retries, kept for a year. What an author wrote is never changed; it is refused, with what would be allowed.",
			tool:    "kubectl", args: apply("runaway-job.yaml"), refused: true,
		},
		{
			heading: "The same Job in a pull request, with no cluster at all",
			story:   "The same engine, the same words, at the line.",
			tool:    "batchgate", args: []string{"check", examples + "runaway-job.yaml"}, refused: true,
		},
		{
			heading: "A CronJob with a broken template",
			story:   "What no Job could be made from, Kubernetes refuses. batchgate's warning says what a Job needs instead.",
			tool:    "kubectl", args: apply("broken-cronjob.yaml"), refused: true,
		},
	}
}
