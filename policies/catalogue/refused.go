package catalogue

import "strings"

// refusal is why a rule may not call some of OPA's builtins.
type refusal struct {
	why    string
	names  []string
	prefix string // or all that begin with this
}

// refusals name every builtin of OPA that is not allowed. A new version of OPA
// with one that is in neither list fails a test, so that somebody decides.
func refusals() []refusal {
	return []refusal{
		{why: "it reaches the network", names: []string{"http.send", "net.lookup_ip_addr"}},
		{why: "it may reach the network", names: []string{"json.match_schema", "json.verify_schema"}},
		{why: "its answer depends on the moment", prefix: "rand."},
		{why: "its answer depends on the moment", names: []string{"uuid.rfc4122"}},
		{why: "its answer depends on the machine", names: []string{"opa.runtime"}},
		{why: "a finding must not depend on the clock", prefix: "time."},
		{why: "the deadline does not stop it", names: []string{
			"bits.lsh", "graph.reachable", "graph.reachable_paths", "json.patch", "json.filter", "json.remove",
			"regex.match", "regex.replace", "regex.split", "regex.is_valid", "regex.find_n", "regex.find_all_string_submatch_n",
			"regex.globs_match", "regex.template_match", "strings.render_template", "strings.replace_n", "glob.match", "glob.quote_meta",
			"units.parse_bytes", "units.parse", "net.cidr_expand", "walk",
		}},
		{why: "rules judge batch work, not networks", prefix: "net."},
		{why: "rules judge batch work, not bits", prefix: "bits."},
		{why: "rules hold no secrets", prefix: "crypto."},
		{why: "rules hold no secrets", prefix: "io.jwt."},
		{why: "rules hold no secrets", prefix: "providers."},
		{why: "the input is read already", prefix: "base64"},
		{why: "the input is read already", prefix: "hex."},
		{why: "the input is read already", prefix: "json."},
		{why: "the input is read already", prefix: "yaml."},
		{why: "the input is read already", prefix: "urlquery."},
		{why: "the input is read already", prefix: "uri."},
		{why: "the input is read already", prefix: "graphql."},
		{why: "the input is read already", prefix: "uuid."},
		{why: "a rule must not read rules", prefix: "rego."},
		{why: "it is for tests", names: []string{"print", "trace", "internal.print", "internal.test_case"}},
		{why: "OPA means to remove it", names: []string{
			"all", "any", "cast_array", "cast_boolean", "cast_null", "cast_object", "cast_set", "cast_string", "re_match", "set_diff",
		}},
	}
}

// whyNot says why a builtin of OPA is refused; "" when it is not a builtin.
func whyNot(name string) string {
	for _, r := range refusals() {
		for _, one := range r.names {
			if one == name {
				return r.why
			}
		}
	}
	for _, r := range refusals() {
		if r.prefix != "" && strings.HasPrefix(name, r.prefix) {
			return r.why
		}
	}
	return ""
}

// instead is what a rule calls in place of a refused builtin, if there is
// something.
func instead(name string) string {
	switch name {
	case "units.parse", "units.parse_bytes":
		return quantityName + ", or the numbers in containers[].quantities"
	case "set_diff":
		return "the operator -"
	case "json.remove", "json.filter":
		return "object.remove or object.filter"
	case "regex.match", "re_match", "glob.match":
		return "startswith, endswith, contains or split"
	case "time.now_ns":
		return "nothing: expiry is the policy's business"
	}
	return ""
}
