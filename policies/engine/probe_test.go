package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/source"
)

func TestThePresetsRefuseNothingThatTheyFillIn(t *testing.T) {
	t.Parallel()
	for _, preset := range source.Presets() {
		if advice, err := load(t, preset).Probe(t.Context()); err != nil || len(advice) > 0 {
			t.Errorf("%s: %v, %q", preset, err, advice)
		}
	}
}

func TestAPolicyThatRefusesWhatItFillsInIsFound(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		policy, want string
		advice       bool
	}{
		"a deadline that a profile finds too long": {
			"extends: recommended\nrules: {active-deadline: {params: {seconds: 7200}}}\n",
			`policy test, profile smoke-test: active-deadline fills in spec.activeDeadlineSeconds and long-running refuses it: spec.activeDeadlineSeconds is 7200`, true,
		},
		"a profile in an entry of namespaces": {
			"extends: recommended\nnamespaces: [{match: {names: [\"team-*\"]}, rules: {restart-policy: {params: {value: OnFailure}}}}]\n",
			`policy test, namespaces[0], profile migration: restart-policy fills in`, true,
		},
		"a deadline that an entry of namespaces finds too long": {
			"extends: recommended\nrules: {active-deadline: {params: {seconds: 600}}}\nnamespaces: [{match: {names: [\"team-*\"], labels: {tier: production}}, rules: {long-running: {mode: enforce, params: {max: 60}}}}]\n",
			`policy test, namespaces[0]: active-deadline fills in`, false,
		},
		"two rules that want one field": {
			"extends: recommended\n", `grace-period wants 3600, ttl-after-finished wants 86400`, false,
		},
		"a value of the wrong type": {
			"extends: recommended\nrules: {ttl-after-finished: {mode: off}, grace-period: {params: {seconds: \"x\"}}}\n", `ttlSecondsAfterFinished`, false,
		},
	} {
		rules := map[string]string{}
		switch name {
		case "two rules that want one field":
			rules["grace-period"] = rule("grace-period", `defaults.job.spec.ttlSecondsAfterFinished := 3600 if input.job.metadata`)
		case "a value of the wrong type":
			rules["grace-period"] = rule("grace-period", `defaults.job.spec.ttlSecondsAfterFinished := "x" if input.job.metadata`)
			test.policy = "extends: recommended\nrules: {ttl-after-finished: {mode: off}}\n"
		}
		advice, err := policy(t, test.policy, rules).Probe(t.Context())
		if told := fmt.Sprint(err, advice); !strings.Contains(told, test.want) || (err == nil) != test.advice {
			t.Errorf("%s: %s", name, told)
		}
	}
}
