package certs

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// agree reads the Secret, or writes it where it is missing, broken or due.
// Whoever comes second takes what the first one wrote. It also gives the
// present request for a new leaf.
func (s *SelfSigned) agree(ctx context.Context) (*trust, string, error) {
	for range attempts {
		t, leafRequest, err := s.try(ctx)
		if !apierrors.IsConflict(err) && !apierrors.IsAlreadyExists(err) {
			return t, leafRequest, err
		}
	}
	return nil, "", fmt.Errorf("secret %s/%s: other replicas kept changing it", s.namespace, SecretName)
}

func (s *SelfSigned) try(ctx context.Context) (*trust, string, error) {
	what := "secret " + s.namespace + "/" + SecretName
	secret := &corev1.Secret{}
	err := s.client.Get(ctx, client.ObjectKey{Namespace: s.namespace, Name: SecretName}, secret)
	missing := apierrors.IsNotFound(err)
	if err != nil && !missing {
		return nil, "", fmt.Errorf("%s: %w", what, err)
	}
	var lost error // why the Secret cannot be used
	var t *trust
	if missing {
		lost = errors.New("it was deleted")
	} else {
		t, lost = decodeTrust(secret.Data)
	}
	if lost != nil {
		if t, err = s.replacement(ctx); err != nil {
			return nil, "", err
		}
	}
	request := secret.Annotations[AnnotationRotate]
	if missing || lost != nil {
		t.request = request // a new Secret asks for nothing
	}
	now := s.now()
	changed := s.keepOwn(t)
	if lost == nil && s.agreed == nil { // a process begins; its Secret may be left from long ago
		kept, err := s.keepCarried(ctx, t)
		if err != nil {
			return nil, "", err
		}
		changed = kept || changed
	}
	stepped, reason, err := t.step(now, request, func(c *x509.Certificate) bool { return s.sightings.settled(c, s.elapsed()) })
	if err != nil {
		return nil, "", err
	}
	leafRequest := secret.Annotations[AnnotationRotateLeaf]
	if lost == nil && !changed && !stepped {
		return t, leafRequest, nil
	}
	if err := s.write(ctx, secret, t, missing); err != nil {
		if apierrors.IsConflict(err) || apierrors.IsAlreadyExists(err) {
			return nil, "", err
		}
		return nil, "", fmt.Errorf("%s: %w", what, err)
	}
	if lost != nil && (s.agreed != nil || !missing) {
		s.event(ReasonSecretRestored, fmt.Sprintf("%s could not be used and was written again: %s", what, lost))
	}
	switch reason {
	case ReasonRotating:
		s.event(reason, fmt.Sprintf("a new CA %q was made; it signs once both webhook configurations have carried it for %s",
			t.next.cert.Subject.CommonName, s.sightings.settle))
	case ReasonRotated:
		s.event(reason, fmt.Sprintf("the CA %q signs now; %d former ones stay trusted until nothing of them can be valid",
			t.signer.cert.Subject.CommonName, len(t.formers)))
	}
	return t, leafRequest, nil
}

// replacement is the trust of a Secret that is lost: what this replica
// remembers, which every client knows already. A replica that remembers nothing
// makes a new CA; others may serve certificates of the CAs that the webhook
// configurations carry, so these stay trusted.
func (s *SelfSigned) replacement(ctx context.Context) (*trust, error) {
	if s.agreed != nil {
		return s.agreed.clone(), nil
	}
	t, err := newTrust(s.now())
	if err != nil {
		return nil, err
	}
	_, err = s.keepCarried(ctx, t)
	return t, err
}

// keepOwn makes sure that the CA of what this replica serves stays trusted:
// somebody may have put another Secret in place of ours.
func (s *SelfSigned) keepOwn(t *trust) bool {
	current := s.current.Load()
	return current != nil && !t.knows(current.signer) && s.valid() == nil && t.adopt(current.signer, s.now(), s.now().Add(retention))
}

// keepCarried keeps trusting whom the configurations carry, where others than us were
// in charge of them, and reports whether that is new.
func (s *SelfSigned) keepCarried(ctx context.Context, t *trust) (bool, error) {
	callers, err := readCallers(ctx, s.client)
	if err != nil {
		return false, err
	}
	changed := false
	until := s.now().Add(retention)
	for _, cert := range carried(callers, t.signer.cert, t.remembers) {
		if (t.knows(cert) || len(t.formers) < formersLimit) && t.adopt(cert, s.now(), until) {
			s.log.Info("a CA stays trusted, since the webhook configurations carry it", "ca", cert.Subject.CommonName, "fingerprint", fingerprint(cert), "until", until)
			changed = true
		}
	}
	return changed, nil
}

func (s *SelfSigned) write(ctx context.Context, secret *corev1.Secret, t *trust, missing bool) error {
	data, err := t.encode()
	if err != nil {
		return err
	}
	if missing {
		secret = newSecret(s.namespace, SecretName)
		secret.Data = data
		return s.client.Create(ctx, secret)
	}
	secret.Data = data
	return s.client.Update(ctx, secret)
}
