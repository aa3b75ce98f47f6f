package engine_test

import (
	"strings"
	"testing"
)

const saysIntent = `# METADATA
# title: The intent is told
# description: For tests.
# related_resources:
#   - ref: https://example.com/
# custom:
#   severity: low
#   since: v0.1.0
package batchgate.rules["intent-told"]

deny contains {"field": ["job", "spec", "podReplacementPolicy"], "msg": $"is {input.intent["job.spec.podReplacementPolicy"]}"} if true

deny contains {"field": ["pod", "spec", "restartPolicy"], "msg": $"is {input.intent["pod.spec.restartPolicy"]}"} if true
`

// Two fields that must be filled together are filled together or not at all.
func TestRulesAreToldThatAnAmbiguousDefaultStaysWhereThePolicyLeavesIt(t *testing.T) {
	t.Parallel()
	for policyText, want := range map[string]string{
		"ambiguousDefaults: fill\n":  "ambiguous",
		"ambiguousDefaults: leave\n": "explicit",
	} {
		e := policy(t, policyText+"default: {mode: warn}\n", map[string]string{"intent-told": saysIntent})
		verdict, err := e.Validate(t.Context(), create(t, "create", silentJob))
		if err != nil {
			t.Fatal(err)
		}
		told := strings.Join(verdict.Warnings(), "\n")
		for _, sentence := range []string{
			"spec.podReplacementPolicy is " + want + " (intent-told)",
			"spec.template.spec.restartPolicy is ambiguous (intent-told)",
		} {
			if !strings.Contains(told, sentence) {
				t.Errorf("%s says\n%s\nwant %q", strings.TrimSpace(policyText), told, sentence)
			}
		}
	}
}
