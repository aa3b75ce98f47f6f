package apiserver_test

import "testing"

func TestAJobIsJudged(t *testing.T) {
	t.Parallel()
	checkJudgements(t, jobWith, map[string]judgement{
		"a success policy has rules": {
			part: `completionMode: Indexed, completions: 3, successPolicy: {rules: []}`,
			want: []string{
				"spec.successPolicy.rules: Required value: at least one rules must be specified when the successPolicy is specified",
			},
		},
		"a success rule asks for something": {
			part: `completionMode: Indexed, completions: 3, successPolicy: {rules: [{}]}`,
			want: []string{
				"spec.successPolicy.rules[0]: Required value: at least one of succeededCount or succeededIndexes must be specified",
			},
		},
		"a success rule asks for no more indexes than there are": {
			part: `completionMode: Indexed, completions: 3, successPolicy: {rules: [{succeededIndexes: '0-1,5'}]}`,
			want: []string{
				`spec.successPolicy.rules[0].succeededIndexes: Invalid value: error parsing succeededIndexes: too large index: "5"`,
			},
		},
		"a success rule's indexes rise": {
			part: `completionMode: Indexed, completions: 9, successPolicy: {rules: [{succeededIndexes: '3,1'}, {succeededIndexes: '4-2'}]}`,
			want: []string{
				"spec.successPolicy.rules[0].succeededIndexes: Invalid value: error parsing succeededIndexes: non-increasing order, previous: 3, current: 1",
				"spec.successPolicy.rules[1].succeededIndexes: Invalid value: error parsing succeededIndexes: non-increasing order, previous: 4, current: 2",
			},
		},
		"a success rule's indexes are numbers and intervals": {
			part: `completionMode: Indexed, completions: 9, successPolicy: {rules: [{succeededIndexes: 'a'}, {succeededIndexes: '1-2-3'}, {succeededIndexes: '1,'}]}`,
			want: []string{
				`spec.successPolicy.rules[0].succeededIndexes: Invalid value: error parsing succeededIndexes: cannot convert string to integer for index: "a"`,
				`spec.successPolicy.rules[1].succeededIndexes: Invalid value: error parsing succeededIndexes: the fragment "1-2-3" violates the requirement that an index interval can have at most two parts separated by '-'`,
				`spec.successPolicy.rules[2].succeededIndexes: Invalid value: error parsing succeededIndexes: cannot convert string to integer for index: ""`,
			},
		},
		"a success rule counts no more than its indexes": {
			part: `completionMode: Indexed, completions: 9, successPolicy: {rules: [{succeededIndexes: '1,4-5', succeededCount: 4}, {succeededIndexes: '', succeededCount: 1}]}`,
			want: []string{
				"spec.successPolicy.rules[0].succeededCount: Invalid value: must be less than or equal to 3 (the number of indexes in the specified succeededIndexes field)",
				"spec.successPolicy.rules[1].succeededCount: Invalid value: must be less than or equal to 0 (the number of indexes in the specified succeededIndexes field)",
			},
		},
		"a success rule counts no more than the completions": {
			part: `completionMode: Indexed, completions: 2, successPolicy: {rules: [{succeededCount: 3}, {succeededCount: -1}]}`,
			want: []string{
				"spec.successPolicy.rules[0].succeededCount: Invalid value: must be less than or equal to 2 (the number of specified completions)",
				"spec.successPolicy.rules[1].succeededCount: Invalid value: must be greater than or equal to 0",
			},
		},
		"a success policy that the API server falls over is refused for its completions": {
			part: `completionMode: Indexed, parallelism: 1, successPolicy: {rules: [{succeededCount: 1}]}`,
			want: []string{
				"spec.completions: Required value: when completion mode is Indexed",
			},
		},
		"many completions with a limit per index ask for a bound on failures": {
			part: `completionMode: Indexed, completions: 100001, backoffLimitPerIndex: 1, parallelism: 10001`,
			want: []string{
				"spec.maxFailedIndexes: Required value: must be specified when completions is above 100000",
				"spec.parallelism: Invalid value: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index",
			},
		},
		"many completions with a limit per index narrow the bounds": {
			part: `completionMode: Indexed, completions: 100001, backoffLimitPerIndex: 1, maxFailedIndexes: 10001`,
			want: []string{
				"spec.maxFailedIndexes: Invalid value: must be less than or equal to 10000 when completions are above 100000 and used with backoff limit per index",
			},
		},
		"failed indexes are no more than the completions": {
			part: `completionMode: Indexed, completions: 2, backoffLimitPerIndex: 1, maxFailedIndexes: 3`,
			want: []string{
				"spec.maxFailedIndexes: Invalid value: must be less than or equal to completions",
			},
		},
		"failed indexes are counted only per index": {
			part: `completionMode: Indexed, completions: 2, maxFailedIndexes: 1`,
			want: []string{
				"spec.backoffLimitPerIndex: Required value: when maxFailedIndexes is specified",
			},
		},
		"limits per index need an Indexed Job": {
			part: `backoffLimitPerIndex: 1, maxFailedIndexes: 1`,
			want: []string{
				"spec.backoffLimitPerIndex: Invalid value: requires indexed completion mode",
				"spec.maxFailedIndexes: Invalid value: requires indexed completion mode",
			},
		},
		"an unknown completion mode is not supported": {
			part: `completionMode: indexed`,
			want: []string{
				`spec.completionMode: Unsupported value: supported values: "NonIndexed", "Indexed"`,
			},
		},
		"an unknown replacement policy is not supported": {
			part: `podReplacementPolicy: Never`,
			want: []string{
				`spec.podReplacementPolicy: Unsupported value: supported values: "Failed", "TerminatingOrFailed"`,
			},
		},
		"numbers are not negative": {
			part: `parallelism: -1, completions: -1, backoffLimit: -1, activeDeadlineSeconds: -1, ttlSecondsAfterFinished: -1, backoffLimitPerIndex: -1, maxFailedIndexes: -1, completionMode: Indexed`,
			want: []string{
				"spec.parallelism: Invalid value: must be greater than or equal to 0",
				"spec.completions: Invalid value: must be greater than or equal to 0",
				"spec.activeDeadlineSeconds: Invalid value: must be greater than or equal to 0",
				"spec.backoffLimit: Invalid value: must be greater than or equal to 0",
				"spec.ttlSecondsAfterFinished: Invalid value: must be greater than or equal to 0",
				"spec.backoffLimitPerIndex: Invalid value: must be greater than or equal to 0",
				"spec.maxFailedIndexes: Invalid value: must be greater than or equal to 0",
			},
		},
		"managedBy is short": {
			part: `managedBy: acme.io/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa`,
			want: []string{
				"spec.managedBy: Too long: may not be more than 63 bytes",
			},
		},
		"a failure rule matches something": {
			part: `podFailurePolicy: {rules: [{action: Ignore}]}`,
			want: []string{
				"spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required",
			},
		},
		"a failure rule matches one thing": {
			part: `podFailurePolicy: {rules: [{action: Ignore, onExitCodes: {operator: In, values: [1]}, onPodConditions: [{type: DisruptionTarget}]}]}`,
			want: []string{
				"spec.podFailurePolicy.rules[0]: Invalid value: specifying both OnExitCodes and OnPodConditions is not supported",
			},
		},
		"a failure rule names what it knows": {
			part: `podFailurePolicy: {rules: [{action: '', onExitCodes: {operator: Is, values: [2, 1, 1], containerName: other}}, {action: Stop, onPodConditions: [{type: 'a b', status: Maybe}]}]}`,
			want: []string{
				`spec.podFailurePolicy.rules[0].action: Required value: valid values: ["Count" "FailIndex" "FailJob" "Ignore"]`,
				`spec.podFailurePolicy.rules[0].onExitCodes.operator: Unsupported value: supported values: "In", "NotIn"`,
				"spec.podFailurePolicy.rules[0].onExitCodes.containerName: Invalid value: must be one of the container or initContainer names in the pod template",
				"spec.podFailurePolicy.rules[0].onExitCodes.values[2]: Duplicate value",
				"spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: must be ordered",
				`spec.podFailurePolicy.rules[1].action: Unsupported value: supported values: "Count", "FailIndex", "FailJob", "Ignore"`,
				"spec.podFailurePolicy.rules[1].onPodConditions[0].type: Invalid value: name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
				`spec.podFailurePolicy.rules[1].onPodConditions[0].status: Unsupported value: supported values: "False", "True", "Unknown"`,
			},
		},
		"exit codes are named": {
			part: `podFailurePolicy: {rules: [{action: Count, onExitCodes: {operator: '', values: []}}]}`,
			want: []string{
				`spec.podFailurePolicy.rules[0].onExitCodes.operator: Required value: valid values: ["In" "NotIn"]`,
				"spec.podFailurePolicy.rules[0].onExitCodes.values: Invalid value: at least one value is required",
			},
		},
		"a failure policy has at most 20 rules": {
			part: `podFailurePolicy: {rules: [{action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}, {action: Count, onExitCodes: {operator: In, values: [1]}}]}`,
			want: []string{
				"spec.podFailurePolicy.rules: Too many: must have at most 20 items",
			},
		},
		"a failure rule looks at the exit of a container there is": {
			part: `podFailurePolicy: {rules: [{action: FailJob, onExitCodes: {operator: NotIn, values: [0], containerName: main}}]}`,
		},
		"a selector of its author's own selects the template": {
			part: `manualSelector: true, selector: {matchLabels: {app: x}}`,
			want: []string{
				"spec.template.metadata.labels: Invalid value: `selector` does not match template `labels`",
			},
		},
		"a selector of its author's own is there": {
			part: `manualSelector: true`,
			want: []string{
				"spec.selector: Required value",
				"spec.template.metadata.labels: Invalid value: `selector` does not match template `labels`",
			},
		},
		"gang scheduling is dropped": {
			part: `scheduling: {schedulingPolicy: {gang: {minCount: 9}}}`,
		},
	})
}
