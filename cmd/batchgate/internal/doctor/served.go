package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"strconv"
	"sync"

	corev1 "k8s.io/api/core/v1"
)

// serve looks at what each replica serves.
func (g *gatherer) serve(ctx context.Context, pods []corev1.Pod, replicas []replica) {
	var all sync.WaitGroup
	for i, pod := range pods {
		all.Go(func() { replicas[i].served.value, replicas[i].served.err = g.served(ctx, pod) })
	}
	all.Wait()
}

// served is what a Pod shows to whoever connects: straight, where there is a way
// from here to it, or else through the API server.
func (g *gatherer) served(ctx context.Context, pod corev1.Pod) ([]*x509.Certificate, error) {
	port := portOf(pod, "webhook")
	certificates, err := g.shown(ctx, net.JoinHostPort(pod.Status.PodIP, strconv.Itoa(int(port))))
	if err == nil {
		return certificates, nil
	}
	ctx, cancel := context.WithTimeout(ctx, g.Patience.Far)
	defer cancel()
	err = g.forwarded(ctx, pod, port, func(address string) (err error) {
		certificates, err = g.shown(ctx, address)
		return err
	})
	return certificates, err
}

func (g *gatherer) shown(ctx context.Context, address string) ([]*x509.Certificate, error) {
	ctx, cancel := context.WithTimeout(ctx, g.Patience.Near)
	defer cancel()
	dialer := &tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS13}} // it is verified against the caBundle
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	return conn.(*tls.Conn).ConnectionState().PeerCertificates, nil
}
