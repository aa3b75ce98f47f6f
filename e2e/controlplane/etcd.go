package controlplane

import (
	"context"
	"path/filepath"
)

// startEtcd starts a store that nobody needs after Stop: it never waits for the disk.
func (c *ControlPlane) startEtcd(context.Context) error {
	port, err := freePort()
	if err != nil {
		return err
	}
	c.etcd = "http://" + loopback(port)
	return c.launch("etcd",
		"--data-dir="+filepath.Join(c.dir, "etcd"),
		"--listen-client-urls="+c.etcd,
		"--advertise-client-urls="+c.etcd,
		"--listen-peer-urls=http://127.0.0.1:0",
		"--unsafe-no-fsync",
		"--log-level=warn",
	)
}
