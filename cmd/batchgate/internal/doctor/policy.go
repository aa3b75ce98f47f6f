package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// policy finds whether all replicas judge alike, by the policy that is there.
func policy(f *facts, s *sheet) {
	before := len(s.findings)
	policies, versions, asked := map[string][]string{}, map[string][]string{}, 0
	for _, r := range f.replicas {
		if r.readyz.err != nil {
			s.notChecked("replica "+r.name, r.readyz.err)
			continue
		}
		if !r.readyz.value.ready {
			continue
		}
		asked++
		policies[r.readyz.value.policy] = append(policies[r.readyz.value.policy], r.name)
		versions[r.readyz.value.version] = append(versions[r.readyz.value.version], r.name)
		if success, known := r.metrics.value.sum("batchgate_policy_last_load_success", "", ""); known && r.metrics.err == nil && success == 0 {
			s.trouble(fmt.Sprintf("the files of the policy do not load at replica %s; %s is still in force", r.name, r.readyz.value.policy),
				"see its log for file and line", "batchgate-policy-not-loaded")
		}
	}
	if len(policies) > 1 {
		s.trouble("replicas judge by different policies: "+shared(policies),
			"wait a minute, as long as a kubelet may take for a ConfigMap; then see which replica does not load it", "batchgate-policies-differ")
	}
	if len(versions) > 1 {
		s.warning("replicas are of different versions: "+shared(versions), "see whether a roll-out is under way or stuck", "upgrade")
	}
	switch {
	case len(s.findings) > before:
	case asked == 0:
		s.add(Finding{Status: NotChecked, Text: "which policy is in force: no replica is ready and can be asked"})
	default:
		s.ok(fmt.Sprintf("%s, %s by policy %s", slices.Collect(maps.Keys(versions))[0], plural(asked, "replica"), slices.Collect(maps.Keys(policies))[0]))
	}
}

// shared is who has what.
func shared(of map[string][]string) string {
	var parts []string
	for _, value := range slices.Sorted(maps.Keys(of)) {
		parts = append(parts, value+" ("+strings.Join(of[value], ", ")+")")
	}
	return strings.Join(parts, ", ")
}
