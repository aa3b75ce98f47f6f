package webhook

import (
	"errors"
	"fmt"
)

// review is the envelope of an AdmissionReview request. Object and OldObject
// are parts of the body that was read.
type review struct {
	apiVersion string
	kind       string
	request    bool
	uid        string
	group      string
	version    string
	objectKind string
	resource   string
	sub        string
	namespace  string
	operation  string
	user       string
	groups     []string
	dryRun     bool
	object     []byte
	oldObject  []byte
	values     int // members and elements in the skipped parts: what terms will be built for
}

// readReview reads the envelope of body. What it found is returned with an
// error, too: of a body that was cut off, the uid.
func readReview(body []byte) (*review, error) {
	r := &review{}
	c := &cursor{text: body}
	err := r.envelope(c)
	r.values = c.values
	if err != nil {
		return r, err
	}
	if c.space(); c.at < len(body) {
		return r, fmt.Errorf("offset %d: text after the review", c.at)
	}
	return r, r.check()
}

func (r *review) check() error {
	switch {
	case r.kind != "AdmissionReview" || r.apiVersion != "admission.k8s.io/v1":
		return fmt.Errorf("found %q %q, expected kind AdmissionReview of admission.k8s.io/v1", r.apiVersion, r.kind)
	case !r.request:
		return errors.New("request is missing")
	case r.uid == "":
		return errors.New("request.uid is missing")
	}
	return nil
}

func (r *review) envelope(c *cursor) error {
	var seen seen
	return c.members(func(key []byte) (err error) {
		switch string(key) {
		case "apiVersion":
			r.apiVersion, err = c.str()
		case "kind":
			r.kind, err = c.str()
		case "request":
			r.request = true
			err = r.members(c)
		default:
			_, err = c.skip()
			return err
		}
		return seen.once(key, err)
	})
}

func (r *review) members(c *cursor) error {
	var seen seen
	return c.members(func(key []byte) (err error) {
		switch string(key) {
		case "uid":
			r.uid, err = c.str()
		case "kind":
			err = r.groupVersionKind(c)
		case "resource":
			err = r.groupVersionResource(c)
		case "subResource":
			r.sub, err = c.str()
		case "namespace":
			r.namespace, err = c.str()
		case "operation":
			r.operation, err = c.str()
		case "userInfo":
			err = r.userInfo(c)
		case "dryRun":
			var raw []byte
			raw, err = c.skip()
			r.dryRun = string(raw) == "true"
		case "object":
			r.object, err = c.objectBytes()
		case "oldObject":
			r.oldObject, err = c.objectBytes()
		default:
			_, err = c.skip()
			return err
		}
		return seen.once(key, err)
	})
}

func (r *review) groupVersionKind(c *cursor) error {
	return c.members(func(key []byte) (err error) {
		switch string(key) {
		case "group":
			r.group, err = c.str()
		case "version":
			r.version, err = c.str()
		case "kind":
			r.objectKind, err = c.str()
		default:
			_, err = c.skip()
		}
		return err
	})
}

func (r *review) groupVersionResource(c *cursor) error {
	return c.members(func(key []byte) (err error) {
		if string(key) == "resource" {
			r.resource, err = c.str()
			return err
		}
		_, err = c.skip()
		return err
	})
}

func (r *review) userInfo(c *cursor) error {
	return c.members(func(key []byte) (err error) {
		switch string(key) {
		case "username":
			r.user, err = c.str()
		case "groups":
			r.groups = nil
			err = c.items(func() error {
				group, err := c.str()
				r.groups = append(r.groups, group)
				return err
			})
		default:
			_, err = c.skip()
		}
		return err
	})
}

// objectBytes is the text of an object; null is nil.
func (c *cursor) objectBytes() ([]byte, error) {
	raw, err := c.skip()
	if err != nil || string(raw) == "null" {
		return nil, err
	}
	if raw[0] != '{' {
		return nil, fmt.Errorf("offset %d: expected an object", c.at-len(raw))
	}
	return raw, nil
}

// seen refuses a key that comes twice: two readers could each take another one.
type seen struct {
	keys  [10][]byte // as many as an envelope has that anybody reads
	count int
}

func (s *seen) once(key []byte, err error) error {
	if err != nil {
		return err
	}
	for _, k := range s.keys[:s.count] {
		if string(k) == string(key) {
			return fmt.Errorf("%s is there twice", key)
		}
	}
	s.keys[s.count] = key
	s.count++
	return nil
}
