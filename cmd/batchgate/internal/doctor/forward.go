package doctor

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/portforward"
	"k8s.io/client-go/transport/spdy"
	"k8s.io/streaming/pkg/httpstream"
)

// forwarded calls do with an address of this machine that leads to a port of a
// Pod by way of the API server, as `kubectl port-forward` does.
func (g *gatherer) forwarded(ctx context.Context, pod corev1.Pod, port int32, do func(address string) error) error {
	dialer, err := g.dialer(pod)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ready, ended := make(chan struct{}), make(chan error, 1)
	forwarder, err := portforward.NewOnAddressesForStreamingWithContext(ctx, dialer, []string{"127.0.0.1"}, []string{"0:" + strconv.Itoa(int(port))}, ready, io.Discard, io.Discard)
	if err != nil {
		return err
	}
	go func() { ended <- forwarder.ForwardPorts() }()
	select {
	case <-ctx.Done():
		return ctx.Err() // the dialer does not know it
	case err := <-ended:
		if err == nil {
			err = errors.New("port-forward: it ended")
		}
		return err
	case <-ready:
	}
	ports, err := forwarder.GetPorts()
	if err == nil {
		err = do(net.JoinHostPort("127.0.0.1", strconv.Itoa(int(ports[0].Local))))
	}
	cancel()
	<-ended //nolint:errcheck // it was asked to
	return err
}

// dialer tries a WebSocket, which proxies understand, before SPDY.
func (g *gatherer) dialer(pod corev1.Pod) (httpstream.Dialer, error) {
	config := rest.CopyConfig(g.Config)
	config.Timeout = 0 // the connection lasts; ctx ends it
	url := g.proxy.Post().Namespace(pod.Namespace).Resource("pods").Name(pod.Name).SubResource("portforward").URL()
	transport, upgrader, err := spdy.RoundTripperFor(config)
	if err != nil {
		return nil, err
	}
	socket, err := portforward.NewSPDYOverWebsocketDialerForStreaming(url, config)
	if err != nil {
		return nil, err
	}
	older := spdy.NewDialerForStreaming(upgrader, &http.Client{Transport: transport}, http.MethodPost, url)
	return portforward.NewFallbackDialerForStreaming(socket, older, func(err error) bool {
		return httpstream.IsUpgradeFailure(err) || httpstream.IsHTTPSProxyError(err)
	}), nil
}
