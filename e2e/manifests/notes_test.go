package manifests

import (
	"strings"
	"testing"

	"github.com/batchgate/batchgate/e2e/rendered"
)

// What Helm does not wait for, or cannot know, is for the notes to say.
func TestTheNotesSayWhatIsLeftToDo(t *testing.T) {
	t.Parallel()
	ignored := map[string]any{"validating": map[string]any{"failurePolicy": "Ignore"}}
	const (
		refused   = "Until then the API server refuses every Job and CronJob"
		safe      = "install with\nwebhooks.validating.failurePolicy=Ignore, and to upgrade to Fail"
		secret    = "kubectl -n batchgate-system get secret issued\n"
		byHand    = `"path":"/webhooks/0/clientConfig/caBundle"`
		configMap = "create configmap batchgate-client-ca --from-file=ca.crt"
		shown     = "Each API server must show a certificate"
		probe     = "set probeNamespace"
	)
	for name, c := range map[string]struct {
		values    map[string]any
		said, not []string
	}{
		"what is refused before the first replica is ready": {
			map[string]any{}, []string{"must reach port 9443 of the Pods", refused, safe, "--wait waits for replicas while the webhooks are there already"},
			[]string{"certificates.mode", configMap, shown, probe},
		},
		"nothing is refused where failures are ignored": {map[string]any{"webhooks": ignored}, []string{"rollout status"}, []string{refused, safe}},
		"a Secret and a caBundle of one's own": {
			map[string]any{"certificates": map[string]any{"mode": "dir", "secretName": "issued"}},
			[]string{secret, "batchgate.batchgate-system.svc", "The gate writes no caBundle in this mode", byHand, "for kind in mutating validating"}, nil,
		},
		"a Secret of one's own and an injector": {
			map[string]any{
				"certificates": map[string]any{"mode": "dir", "secretName": "issued"},
				"webhooks":     map[string]any{"annotations": map[string]any{"example.com/inject": "issued"}},
			},
			[]string{secret, "The injector whose annotations are in", "get validatingwebhookconfiguration"}, []string{byHand},
		},
		"a CA of clients that somebody must bring": {
			map[string]any{"mtls": map[string]any{"enabled": true}}, []string{configMap, "mtls.ca is empty", shown, "kube-apiserver", "and so is every Job. "}, nil,
		},
		"a CA of clients that is there": {
			map[string]any{"webhooks": ignored, "mtls": map[string]any{"enabled": true, "ca": "-----BEGIN CERTIFICATE-----\n"}},
			[]string{shown, "as soon as webhooks.validating.failurePolicy is Fail"}, []string{configMap},
		},
		"a probe that would not be judged": {
			map[string]any{"excludeNamespaces": []any{"kube-system", "default"}}, []string{probe, "default\nis not"}, nil,
		},
		"a policy of one's own under a limit": {
			map[string]any{"policy": map[string]any{"file": "extends: strict\n", "maxMode": "warn"}}, []string{"The policy is yours (policy.file), and does no more than warn"}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			notes := rendered.Chart(t, c.values).Info.Notes
			for _, words := range c.said {
				if !strings.Contains(notes, words) {
					t.Errorf("they do not say %q:\n%s", words, notes)
				}
			}
			for _, words := range c.not {
				if strings.Contains(notes, words) {
					t.Errorf("they say %q:\n%s", words, notes)
				}
			}
		})
	}
}
