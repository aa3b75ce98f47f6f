package certs

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// ServingSecretName is the Secret into which the shipped Certificate has
// cert-manager write.
const ServingSecretName = "batchgate-serving"

// CertManager is a certificate that cert-manager keeps in a Secret. It is read
// through the API, which tells of a change at once, and from a mount, which is
// there without the API server. The CAs that clients must trust are published
// in another Secret, from which cainjector writes the caBundle.
type CertManager struct {
	*serving
	client    client.Client
	namespace string
	name      string // of the Secret
	mount     string
	secrets   *secretWatch

	// What follows is owned by Run.
	sightings *sightings
	callers   []caller
	looked    bool          // at the callers, with a certificate to be looked at
	began     time.Duration // when this process did, elapsed time
	present   *pair
	candidate *pair
	published publication
	waiting   time.Duration // since when candidate waits, elapsed time; 0 where it does not
	unread    int           // rounds in a row without a usable Secret
}

// NewCertManager serves what is in the Secret name, ServingSecretName where
// that is empty. The directory mount shows the same Secret; it may be missing.
func NewCertManager(o Options, name, mount string) (*CertManager, error) {
	if o.Config == nil {
		return nil, errors.New("certificates of cert-manager need an API server, expected a cluster or a kubeconfig")
	}
	c := newCertManager(o, name, mount)
	config := c.config(o.Config)
	var err error
	if c.client, err = newClient(config); err != nil {
		return nil, err
	}
	c.secrets, err = newSecretWatch(config, c.namespace, c.name)
	return c, err
}

func newCertManager(o Options, name, mount string) *CertManager {
	o = o.withDefaults()
	if name == "" {
		name = ServingSecretName
	}
	c := &CertManager{
		serving:   newServing(o),
		namespace: o.Namespace,
		name:      name,
		mount:     mount,
		sightings: newSightings(o.Settle),
		published: publication{},
	}
	c.began = c.elapsed()
	c.told(errors.New("certificate: it is not known yet whether the API server trusts it"))
	return c
}

// Run keeps certificate and trust in order until ctx ends.
func (c *CertManager) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		c.secrets.run(ctx)
	}()
	repeat(ctx, c.secrets.changed, c.round)
	<-watched
	return nil
}

// round takes the newest certificate, publishes its CA, and serves it once
// every caller trusts that.
func (c *CertManager) round(ctx context.Context) error {
	c.candidate = c.newest()
	callers, err := readCallers(ctx, c.client)
	if err == nil {
		c.callers = callers
		c.sightings.look(callers, c.elapsed())
		err = c.publish(ctx)
	}
	c.problem(ReasonCallFailed, err)
	c.choose()
	if err == nil && c.present != nil {
		c.check()
	}
	c.tellTime()
	return err
}

// choose decides which certificate is served.
func (c *CertManager) choose() {
	next := c.candidate
	known := c.present != nil && next != nil && sameCert(c.present.leaf(), next.leaf())
	if next == nil || known {
		c.waits(nil)
		if c.present != nil {
			c.serve(c.present.served(c.published.bundle()))
		}
		return
	}
	if c.present != nil && c.valid() == nil {
		if err := c.trusted(next, c.settled); err != nil {
			c.waits(err)
			return
		}
	}
	rotated := c.waiting != 0
	c.waits(nil)
	c.present = next
	c.serve(next.served(c.published.bundle()))
	if rotated {
		c.event(ReasonRotated, fmt.Sprintf("the certificate of a new CA is served now, until %s; the former CA stays trusted until nothing of it can be valid",
			rfc3339(next.leaf().NotAfter)))
	}
}

// patience is how long a certificate may wait for its CA to be trusted before
// that is a problem.
const patience = time.Minute

// waits notes why the newest certificate is not served yet, nil where it is.
func (c *CertManager) waits(err error) {
	switch {
	case err == nil:
		c.waiting = 0
	case c.waiting == 0:
		c.waiting = c.elapsed()
		c.event(ReasonRotating, fmt.Sprintf("a certificate of a new CA waits until both webhook configurations have carried that CA for %s: %s",
			c.sightings.settle, err))
	}
	if err != nil && c.elapsed()-c.waiting < patience {
		err = nil // on its way
	}
	c.problem(ReasonWaiting, err)
}

func (c *CertManager) settled(cert *x509.Certificate) bool {
	return c.sightings.settled(cert, c.elapsed())
}

// check looks at what is served with the callers' eyes. A replica that starts
// is ready at once where they trust it already, and otherwise when they have
// had the time to notice.
func (c *CertManager) check() {
	err := c.trusted(c.present, nil)
	told := err
	if c.looked {
		told = c.trusted(c.present, c.settled)
	}
	c.looked = true
	c.told(told)
	if c.unheard.Load() != nil && c.elapsed()-c.began < patience {
		err = nil // on its way
	}
	c.problem(ReasonNotTrusted, err)
}

// trusted verifies a certificate as each caller would, with those CAs of its
// caBundle that count; nil counts all.
func (c *CertManager) trusted(p *pair, counts func(*x509.Certificate) bool) error {
	var errs []error
	for _, caller := range c.callers {
		var roots []*x509.Certificate
		for _, cert := range caller.bundle {
			if counts == nil || counts(cert) {
				roots = append(roots, cert)
			}
		}
		if err := p.verify(roots, caller.name, x509.VerifyOptions{CurrentTime: c.now()}); err != nil {
			errs = append(errs, fmt.Errorf("the caBundle of %s: %w%s", caller.what, err, caller.hint(c.namespace)))
		}
	}
	return errors.Join(errs...)
}

// newest is the newest certificate that is valid now, nil where there is none.
func (c *CertManager) newest() *pair {
	what := "secret " + c.namespace + "/" + c.name
	var found *pair
	secret, err := c.secrets.get()
	if err == nil {
		found, err = newPair(secret.Data[corev1.TLSCertKey], secret.Data[corev1.TLSPrivateKeyKey], secret.Data[fileCA])
	}
	if err == nil {
		err = validNow(found.leaf(), c.now())
	}
	if err != nil {
		found, err = nil, fmt.Errorf("%s: %w", what, err)
	}
	if c.mount != "" {
		mounted, mountErr := readPair(c.mount)
		if mountErr == nil {
			mountErr = validNow(mounted.leaf(), c.now())
		}
		switch {
		case mountErr != nil && err != nil:
			err = fmt.Errorf("%w; %w", err, mountErr)
		case mountErr == nil && (found == nil || mounted.leaf().NotBefore.After(found.leaf().NotBefore)):
			found = mounted
		}
	}
	c.tellUnusable(err)
	return found
}

// tellUnusable says that the Secret is of no use, not at once: it takes a
// moment until it is read, or until cert-manager has made it.
func (c *CertManager) tellUnusable(err error) {
	if err == nil {
		c.unread = 0
	} else if c.unread++; c.unread < 2 && c.present == nil {
		return
	}
	if err != nil && c.present != nil {
		err = fmt.Errorf("%w; what was good before is served on", err)
	}
	c.problem(ReasonSecretUnusable, err)
}
