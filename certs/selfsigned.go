package certs

import (
	"context"
	"errors"
	"fmt"

	"sigs.k8s.io/controller-runtime/pkg/client"
)

// SecretName is the Secret in the gate's namespace that holds the CA.
const SecretName = "batchgate-ca"

// Annotations of that Secret by which people ask for a rotation; each new
// value is a request. A new CA is trusted everywhere before it signs, the
// former one for as long as anything of it can be valid.
const (
	AnnotationRotate     = "batchgate.dev/rotate"      // a new CA
	AnnotationRotateLeaf = "batchgate.dev/rotate-leaf" // a new certificate in every replica
)

// SelfSigned is a certificate of the gate's own CA. The CA lives in a Secret
// that all replicas share, the leaf in memory; the caBundle of the webhook
// configurations is written, and written again when somebody loses it.
type SelfSigned struct {
	*serving
	names     []string
	client    client.Client
	namespace string

	// What follows is owned by Run.
	sightings   *sightings
	agreed      *trust // what this replica read or wrote last
	leafRequest string // the request for a new leaf that was seen last
}

// NewSelfSigned serves Options.Service. Run makes the certificate.
func NewSelfSigned(o Options) (*SelfSigned, error) {
	o = o.withDefaults()
	s := newSelfSigned(o, nil)
	if o.Config == nil {
		_, err := newClient(nil)
		return nil, err
	}
	var err error
	s.client, err = newClient(s.config(o.Config))
	return s, err
}

func newSelfSigned(o Options, c client.Client) *SelfSigned {
	o = o.withDefaults()
	s := &SelfSigned{
		serving:   newServing(o),
		names:     ServiceNames(o.Service, o.Namespace),
		client:    c,
		namespace: o.Namespace,
		sightings: newSightings(o.Settle),
	}
	s.told(errors.New("certificate: the API server has not been told to trust it yet"))
	return s
}

// Run keeps Secret, certificate and caBundle in order until ctx ends. Trouble
// with the API server is told and tried again; what was served last stays.
func (s *SelfSigned) Run(ctx context.Context) error {
	repeat(ctx, nil, s.round)
	return nil
}

// round reads what replicas agreed on, tells clients whom to trust, and serves
// a certificate of a new CA only once they have been told.
func (s *SelfSigned) round(ctx context.Context) error {
	t, leafRequest, agreeErr := s.agree(ctx)
	s.problem(ReasonCallFailed, agreeErr)
	if agreeErr != nil {
		if s.agreed == nil {
			return agreeErr
		}
		t = s.agreed // the API server is away: the certificate is still kept current
	} else {
		s.agreed = t
	}
	var injectErr error
	if agreeErr == nil {
		injectErr = s.inject(ctx, t.bundle())
		s.problem(ReasonNotWritten, injectErr)
		s.told(injectErr)
	}
	asked := agreeErr == nil && s.askedForLeaf(leafRequest)
	err := s.renew(t, asked)
	s.tellTime()
	return errors.Join(agreeErr, injectErr, err)
}

func (s *SelfSigned) askedForLeaf(request string) bool {
	asked := s.current.Load() != nil && request != s.leafRequest
	s.leafRequest = request
	return asked
}

// renew serves a certificate of t's signer: a new one where the present one is
// old, not valid now, unwanted, or of another CA than the one that clients know
// by now.
func (s *SelfSigned) renew(t *trust, asked bool) error {
	now, current := s.now(), s.current.Load()
	if s.valid() == nil {
		keep := !s.sightings.settled(t.signer.cert, s.elapsed())
		if sameCert(current.signer, t.signer.cert) {
			keep = !asked && now.Before(renewAt(current.cert.Leaf))
		}
		if keep {
			s.serve(&served{cert: current.cert, signer: current.signer, bundle: t.bundle()})
			return nil
		}
	}
	cert, err := t.signer.issue(s.names, now)
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	s.serve(&served{cert: cert, signer: t.signer.cert, bundle: t.bundle()})
	return nil
}
