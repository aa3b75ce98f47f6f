package engine_test

import (
	"strings"
	"testing"

	"github.com/batchgate/batchgate/policies/source"
)

func TestThePresetsRefuseNothingThatTheyFillIn(t *testing.T) {
	t.Parallel()
	for _, preset := range source.Presets() {
		if err := load(t, preset).Probe(t.Context()); err != nil {
			t.Errorf("%s: %v", preset, err)
		}
	}
}

func TestAPolicyThatRefusesWhatItFillsInIsFound(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ policy, want string }{
		"a deadline that a profile finds too long": {
			"extends: recommended\nrules: {active-deadline: {params: {seconds: 7200}}}\n",
			`policy test, profile smoke-test: active-deadline fills in spec.activeDeadlineSeconds and long-running refuses it: spec.activeDeadlineSeconds is 7200`,
		},
		"a deadline that an entry of namespaces finds too long": {
			"extends: recommended\nrules: {active-deadline: {params: {seconds: 600}}}\nnamespaces: [{match: {names: [\"team-*\"], labels: {tier: production}}, rules: {long-running: {mode: enforce, params: {max: 60}}}}]\n",
			`policy test, namespaces[0]: active-deadline fills in`,
		},
		"two rules that want one field": {
			"extends: recommended\n", `grace-period wants 3600, ttl-after-finished wants 86400`,
		},
		"a value of the wrong type": {
			"extends: recommended\nrules: {ttl-after-finished: {mode: off}, grace-period: {params: {seconds: \"x\"}}}\n", `ttlSecondsAfterFinished`,
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
		err := policy(t, test.policy, rules).Probe(t.Context())
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
