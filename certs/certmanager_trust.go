package certs

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	cmapi "github.com/cert-manager/cert-manager/pkg/apis/certmanager/v1"
)

// TrustSecretName is the Secret in which replicas publish whom to trust; the
// webhook configurations ask cainjector for its ca.crt.
const TrustSecretName = "batchgate-trust"

// publication is every CA to trust, by its fingerprint, and those that were trusted not
// long ago.
type publication map[string]published

// published is a CA and the end of the last certificate seen under it.
type published struct {
	cert  *x509.Certificate // nil: its time is over
	until time.Time
}

// add trusts a CA for longer.
func (p publication) add(cert *x509.Certificate, until time.Time) {
	name := fingerprint(cert)
	// A Secret keeps whole seconds.
	if have, ok := p[name]; !ok || have.cert == nil || have.until.Before(until.Truncate(time.Second)) {
		p[name] = published{cert: cert, until: until}
	}
}

// forget drops the CAs of which nothing can be valid any more, remembers that for a
// while, and drops the oldest ones where there are too many to be right.
func (p publication) forget(now time.Time) {
	for name, c := range p {
		switch {
		case now.Add(-retention).After(c.until):
			delete(p, name)
		case c.cert != nil && (now.After(c.until) || now.After(c.cert.NotAfter)):
			p[name] = published{until: c.until}
		}
	}
	for len(p) > formersLimit {
		delete(p, slices.MinFunc(slices.Collect(maps.Keys(p)), func(a, b string) int { return p[a].until.Compare(p[b].until) }))
	}
}

// remembers tells whether a CA is trusted or was, not long ago.
func (p publication) remembers(cert *x509.Certificate) bool {
	_, known := p[fingerprint(cert)]
	return known
}

func (p publication) bundle() []byte {
	var certs []*x509.Certificate
	for _, c := range p {
		if c.cert != nil {
			certs = append(certs, c.cert)
		}
	}
	return encodeBundle(certs)
}

func (p publication) encode() map[string][]byte {
	times := expiries{}
	for name, c := range p {
		times[name] = c.until
	}
	return map[string][]byte{fileCA: p.bundle(), keyUntil: times.encode()}
}

// decodePublication reads what encode wrote. A CA that somebody else added is
// kept as long as it is valid.
func decodePublication(data map[string][]byte) (publication, error) {
	certs, err := decodeCerts(data[fileCA])
	if err != nil {
		return nil, fmt.Errorf("%s: %w", fileCA, err)
	}
	times := decodeExpiries(data[keyUntil])
	p := publication{}
	for name, until := range times {
		p[name] = published{until: until}
	}
	for _, c := range certs {
		until, ok := times[fingerprint(c)]
		if !ok {
			until = c.NotAfter
		}
		p.add(c, until)
	}
	return p, nil
}

// publish makes sure that the Secret holds the CAs of what is served and of
// what is to be served next.
func (c *CertManager) publish(ctx context.Context) error {
	what := "secret " + c.namespace + "/" + TrustSecretName
	for range attempts {
		err := c.tryPublish(ctx, what)
		if err == nil {
			return nil
		}
		if !apierrors.IsConflict(err) && !apierrors.IsAlreadyExists(err) {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
	return fmt.Errorf("%s: other replicas kept changing it", what)
}

func (c *CertManager) tryPublish(ctx context.Context, what string) error {
	secret := &corev1.Secret{}
	err := c.client.Get(ctx, client.ObjectKey{Namespace: c.namespace, Name: TrustSecretName}, secret)
	missing := apierrors.IsNotFound(err)
	if err != nil && !missing {
		return err
	}
	want, lost := decodePublication(secret.Data)
	if missing {
		lost = errors.New("it was deleted")
	}
	switch {
	case lost != nil:
		want = publication{}
		maps.Copy(want, c.published)
		c.keep(want, carried(c.callers, nil, nil))
	case len(c.published) == 0: // a process begins; its Secret may be left from long ago
		c.keep(want, carried(c.callers, c.signer(), want.remembers))
	}
	for _, p := range []*pair{c.present, c.candidate} {
		if p != nil && p.signer() != nil {
			want.add(p.signer(), p.leaf().NotAfter)
		}
	}
	want.forget(c.now())
	if len(want.bundle()) == 0 {
		return nil // nothing to say yet
	}
	data := want.encode()
	if lost == nil && bytes.Equal(data[fileCA], secret.Data[fileCA]) && bytes.Equal(data[keyUntil], secret.Data[keyUntil]) &&
		secret.Annotations[cmapi.AllowsInjectionFromSecretAnnotation] == "true" {
		c.published = want
		return nil
	}
	if missing {
		secret = newSecret(c.namespace, TrustSecretName)
	}
	secret.Data = data
	if secret.Annotations == nil {
		secret.Annotations = map[string]string{}
	}
	secret.Annotations[cmapi.AllowsInjectionFromSecretAnnotation] = "true"
	if missing {
		err = c.client.Create(ctx, secret)
	} else {
		err = c.client.Update(ctx, secret)
	}
	if err != nil {
		return err
	}
	if lost != nil && (!missing || len(c.published) > 0) {
		c.event(ReasonSecretRestored, fmt.Sprintf("%s could not be used and was written again: %s", what, lost))
	}
	c.published = want
	return nil
}

// signer is the CA of what is to be served, nil where there is nothing.
func (c *CertManager) signer() *x509.Certificate {
	for _, p := range []*pair{c.candidate, c.present} {
		if p != nil && p.signer() != nil {
			return p.signer()
		}
	}
	return nil
}

// keep trusts CAs that the configurations carry for as long as a roll-out may take.
func (c *CertManager) keep(p publication, carried []*x509.Certificate) {
	until := c.now().Add(retention)
	for _, cert := range carried {
		p.add(cert, earlier(until, cert.NotAfter))
	}
}
