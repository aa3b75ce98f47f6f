package parity

import (
	"fmt"
	"math/rand/v2"

	"github.com/batchgate/batchgate/policies/apiserver"
)

// Case is one manifest and how it is sent.
type Case struct {
	Name      string
	Again     string // the arguments that run it alone
	Policy    string // a preset or a file of testdata
	Client    apiserver.Client
	Fields    apiserver.FieldValidation
	Namespace string
	User      string   // who sends it
	Groups    []string // of the user; none: those with every right
	Manual    bool     // a run of the CronJob is started by hand, too
	DryRun    bool     // kubectl --dry-run=server
	Manifest  []byte   // YAML or JSON
	Spelling  string   // what is odd about the text
}

// String names the case in failures.
func (c Case) String() string {
	text := fmt.Sprintf("%s: policy %s, client %s, field validation %s, namespace %s, user %s",
		c.Name, c.Policy, c.Client, c.Fields, c.Namespace, c.User)
	if c.DryRun {
		text += ", only tried"
	}
	return text
}

// policies are those that cases are judged by.
func policies() []string { return []string{"mixed", "recommended", "strict", "audit", "gentle"} }

const admin = "admin" // of the control plane

// Generate makes case i of a seed: always the same one, whatever was made before.
func Generate(seed uint64, i int, manifests [][]byte) (Case, error) {
	g := &grammar{rand: rand.New(rand.NewPCG(seed, uint64(i)))}
	c := Case{
		Name:      fmt.Sprintf("case %d of seed %d", i, seed),
		Again:     fmt.Sprintf("-seed %d -case %d", seed, i),
		Policy:    of(g, "mixed", "mixed", "mixed", "recommended", "recommended", "strict", "audit", "gentle"),
		Client:    of[apiserver.Client](g, "apply", "apply", "ssa", "create"),
		Fields:    of[apiserver.FieldValidation](g, "Strict", "Strict", "Strict", "Warn", "Ignore"),
		Namespace: of(g, "default", "default", "default", "shop", "shop", "limited", "narrow", "quota", "quota", "team-a", "team-a", "kube-public"),
		User:      admin,
		Manual:    g.chance(30),
		DryRun:    g.chance(10),
	}
	g.namespace = c.Namespace
	g.lenient = c.Fields != apiserver.Strict && c.Client != apiserver.ServerSideApply
	var err error
	name := fmt.Sprintf("%s-%05d", of(g, "parity", "parity", "parity", "vendor"), i)
	if g.chance(35) {
		c.Manifest, c.Spelling, err = g.mutate(manifests[g.rand.IntN(len(manifests))], name)
	} else {
		c.Manifest, c.Spelling, err = g.spell(g.manifest(name))
	}
	if g.operator != "" && g.chance(60) {
		c.User = g.operator
	}
	return c, err
}
