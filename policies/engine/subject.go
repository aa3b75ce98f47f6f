package engine

import (
	"strings"

	"github.com/batchgate/batchgate/policies/batch"
	"github.com/batchgate/batchgate/policies/config"
)

// profileLabel chooses a profile; on a CronJob it counts on the job template.
const profileLabel = "batchgate.dev/profile"

// subject is a request once it has been read.
type subject struct {
	req    Request
	object *batch.Object
	old    *batch.Object // nil on CREATE
	owner  batch.Owner
}

// read parses the objects of a request.
func (e *Engine) read(req Request) (*subject, error) {
	object, err := batch.Parse(batch.Kind(req.Kind), req.Object, e.keep)
	if err != nil {
		return nil, &ObjectError{Reason: err.Error()}
	}
	s := &subject{req: req, object: object, owner: batch.OwnerOf(object, req.User.Name)}
	if req.Operation == Update {
		if s.old, err = batch.Parse(batch.Kind(req.Kind), req.OldObject, e.keep); err != nil {
			return nil, &ObjectError{Reason: "stored object: " + err.Error()}
		}
	}
	return s, nil
}

// stored is the object before an UPDATE as a subject of its own: the same
// request, judged by the same policy.
func (s *subject) stored() *subject {
	return &subject{req: s.req, object: s.old, old: s.old, owner: batch.OwnerOf(s.old, s.req.User.Name)}
}

// selection picks the parts of the policy that apply.
func (e *Engine) selection(s *subject) config.Selection {
	profile, _ := s.object.JobLabel(profileLabel)
	return e.policy.Select(s.req.Namespace.Name, s.req.Namespace.Labels, profile)
}

// names are what the names of an exception may match. A name that was drawn says
// nothing, and is not known yet to /mutate and to an offline check.
func (s *subject) names() []string {
	name := s.object.Name()
	if prefix := s.object.GenerateName(); prefix != "" && (name == "" || drawn(name, prefix)) {
		name = prefix
	}
	if s.owner.Controller == batch.ControllerCronJob {
		return []string{name, s.owner.Name}
	}
	return []string{name}
}

// drawn tells whether the API server may have made the name from a generateName,
// of which it keeps 58 characters and appends five.
func drawn(name, generateName string) bool {
	kept := generateName[:min(len(generateName), 58)]
	return len(name) == len(kept)+5 && strings.HasPrefix(name, kept)
}

// excepted returns the exception that covers a rule for this subject.
func (e *Engine) excepted(s *subject, rule string) *config.Exception {
	return e.policy.Except(rule, s.req.Namespace.Name, s.names(), s.req.Now)
}

// ceiling is the strongest mode a request can meet. Only who sends the request
// lowers it, never what the object says alone.
func (e *Engine) ceiling(s *subject) config.Mode {
	if s.owner.Kind != "" && e.policy.Trusts(s.owner.APIGroup, s.owner.Kind, s.req.User.Name) {
		return config.Audit
	}
	if s.owner.Controller == batch.ControllerCronJob {
		return config.Warn
	}
	return config.Enforce
}

// title is the object as messages name it: "CronJob payments/nightly".
func (s *subject) title() string {
	name := s.object.Name()
	if name == "" {
		name = s.object.GenerateName() + "*"
	}
	return string(s.object.Kind()) + " " + s.req.Namespace.Name + "/" + name
}

// root is the view of the object itself, where its own metadata is.
func (s *subject) root() string {
	if s.object.Kind() == batch.CronJob {
		return "cronjob"
	}
	return "job"
}
