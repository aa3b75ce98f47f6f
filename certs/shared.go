package certs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// SecretName is the Secret in the gate's namespace that holds the CA.
const SecretName = "batchgate-ca"

const (
	callLimit = 5 * time.Second // of one round with the API server
	attempts  = 5               // to agree with other replicas in one round
	hurry     = time.Second     // between rounds until everything is in place
)

// SelfSigned is a certificate of the gate's own CA. The CA lives in a Secret
// that all replicas share, the leaf in memory; the caBundle of the webhook
// configurations is written, and written again when somebody loses it.
type SelfSigned struct {
	*leaf
	client    client.Client
	namespace string
	log       *slog.Logger
	agreed    *trust // what this replica read or wrote last; owned by Run
}

// NewSelfSigned serves service in namespace. Run makes the certificate.
func NewSelfSigned(c client.Client, service, namespace string, log *slog.Logger) *SelfSigned {
	return &SelfSigned{
		leaf:      &leaf{names: ServiceNames(service, namespace), now: time.Now},
		client:    c,
		namespace: namespace,
		log:       log,
	}
}

// Run keeps Secret, certificate and caBundle in order until ctx ends. Trouble
// with the API server is logged and tried again; what was served last stays.
func (s *SelfSigned) Run(ctx context.Context) error {
	said := ""
	for {
		wait := tick
		if err := s.round(ctx); err != nil && ctx.Err() == nil {
			wait = hurry
			if said != err.Error() {
				s.log.Warn("certificates", "error", err.Error())
			}
			said = err.Error()
		} else {
			said = ""
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
	}
}

// round reads what replicas agreed on, tells clients whom to trust, and only
// then serves a certificate of a new CA.
func (s *SelfSigned) round(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	t, agreeErr := s.agree(ctx)
	if agreeErr != nil {
		if s.agreed == nil {
			return agreeErr
		}
		t = s.agreed // the API server is away: the certificate is still kept current
	}
	s.agreed = t
	injectErr := s.inject(ctx, t.bundle())
	if injectErr != nil && s.Ready() == nil && s.now().Before(renewAt(s.served.Load().cert.Leaf)) {
		return errors.Join(agreeErr, injectErr)
	}
	renewed, err := s.renew(t)
	if renewed {
		s.log.Info("serving a new certificate", "notAfter", s.Expiry().Leaf, "caNotAfter", s.Expiry().CA)
	}
	return errors.Join(agreeErr, injectErr, err)
}

// agree reads the Secret, or writes it where it is missing, broken or due.
// Whoever comes second takes what the first one wrote.
func (s *SelfSigned) agree(ctx context.Context) (*trust, error) {
	for range attempts {
		t, err := s.try(ctx)
		if !apierrors.IsConflict(err) && !apierrors.IsAlreadyExists(err) {
			return t, err
		}
	}
	return nil, fmt.Errorf("secret %s/%s: other replicas kept changing it", s.namespace, SecretName)
}

func (s *SelfSigned) try(ctx context.Context) (*trust, error) {
	secret := &corev1.Secret{}
	err := s.client.Get(ctx, client.ObjectKey{Namespace: s.namespace, Name: SecretName}, secret)
	missing := apierrors.IsNotFound(err)
	if err != nil && !missing {
		return nil, fmt.Errorf("secret %s/%s: %w", s.namespace, SecretName, err)
	}
	var t *trust
	if !missing {
		if t, err = decodeTrust(secret.Data); err != nil {
			s.log.Error("the CA cannot be used and is replaced", "secret", s.namespace+"/"+SecretName, "error", err.Error())
			t = nil
		}
	}
	broken := t == nil
	if broken {
		t = s.agreed // still trusted by every client, so better than a new one
	}
	if t == nil {
		if t, err = newTrust(s.now()); err != nil {
			return nil, err
		}
	}
	changed, err := t.step(s.now())
	if err != nil {
		return nil, err
	}
	if !broken && !changed {
		return t, nil
	}
	return t, s.write(ctx, secret, t, missing)
}

func (s *SelfSigned) write(ctx context.Context, secret *corev1.Secret, t *trust, missing bool) error {
	data, err := t.encode()
	if err != nil {
		return err
	}
	secret.Data = data
	if !missing {
		return s.client.Update(ctx, secret)
	}
	secret.ObjectMeta = metav1.ObjectMeta{
		Namespace: s.namespace,
		Name:      SecretName,
		Labels:    map[string]string{"app.kubernetes.io/name": "batchgate", "app.kubernetes.io/managed-by": "batchgate"},
	}
	return s.client.Create(ctx, secret)
}
