package doctor

import (
	"context"
	"fmt"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
)

// right is one that the gate needs, and what for.
type right struct {
	verb, group, resource, name string
	everywhere                  bool // not only in its own namespace
	why                         string
}

func (r right) String() string {
	text := r.verb + " " + r.resource
	if r.name != "" {
		text += " " + r.name
	}
	return text
}

// needed are the rights for a mode of certificates, as the manifests grant them.
func needed(mode, name string) (all []right) {
	const registration = "admissionregistration.k8s.io"
	for _, resource := range []string{"namespaces", "limitranges", "resourcequotas"} {
		for _, verb := range []string{"list", "watch"} {
			all = append(all, right{verb, "", resource, "", true, "no replica gets ready without it"})
		}
	}
	all = append(all,
		right{"get", "", "namespaces", "", true, "Jobs in a namespace that is new are refused without it"},
		right{"create", "", "events", "", false, "nobody hears of a policy that does not load"})
	verbs := map[string][]string{"self-signed": {"get", "patch"}, "cert-manager": {"get"}}[mode]
	for _, resource := range []string{"mutatingwebhookconfigurations", "validatingwebhookconfigurations"} {
		for _, verb := range verbs {
			all = append(all, right{verb, registration, resource, name, true, "the API server would not trust its certificate"})
		}
	}
	secret := map[string]string{"self-signed": "batchgate-ca", "cert-manager": "batchgate-trust"}[mode]
	if secret != "" {
		all = append(all,
			right{"create", "", "secrets", "", false, "there would be no CA to agree on"},
			right{"get", "", "secrets", secret, false, "replicas would not agree on a CA"},
			right{"update", "", "secrets", secret, false, "a new CA would not be trusted in time"})
	}
	if mode == "cert-manager" {
		all = append(all,
			right{"list", "", "secrets", "batchgate-serving", false, "a certificate that is renewed would be late"},
			right{"watch", "", "secrets", "batchgate-serving", false, "a certificate that is renewed would be late"})
	}
	return all
}

// rights asks for each of them.
func (g *gatherer) rights(ctx context.Context, mode string) (all []granted) {
	for _, r := range needed(mode, g.Name) {
		attributes := &authorizationv1.ResourceAttributes{Verb: r.verb, Group: r.group, Resource: r.resource, Name: r.name}
		if !r.everywhere {
			attributes.Namespace = g.Namespace
		}
		review := &authorizationv1.SubjectAccessReview{Spec: authorizationv1.SubjectAccessReviewSpec{
			User: "system:serviceaccount:" + g.Namespace + ":" + g.Name, ResourceAttributes: attributes,
			Groups: []string{"system:serviceaccounts", "system:serviceaccounts:" + g.Namespace, "system:authenticated"},
		}}
		err := g.client.Create(ctx, review)
		all = append(all, granted{r, fact[bool]{review.Status.Allowed, err}})
		if err != nil {
			return all
		}
	}
	return all
}

// rights finds what the ServiceAccount of the gate may not do.
func rights(f *facts, s *sheet) {
	complete := true
	for _, g := range f.rights {
		switch {
		case g.allowed.err != nil:
			s.notChecked("what the ServiceAccount "+f.name+" may do", g.allowed.err)
			complete = false
		case !g.allowed.value:
			s.trouble(fmt.Sprintf("the ServiceAccount %s may not %s: %s", f.name, g.right, g.why),
				"apply the Roles of the manifests again", "lock-out")
			complete = false
		}
	}
	if complete {
		s.ok("the ServiceAccount " + strings.TrimSpace(f.name) + " may do everything that it needs to")
	}
}
