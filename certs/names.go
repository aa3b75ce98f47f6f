package certs

// ServiceNames are the names by which the API server and people in the
// cluster reach a Service. The API server verifies the first.
func ServiceNames(service, namespace string) []string {
	return []string{
		service + "." + namespace + ".svc",
		service + "." + namespace + ".svc.cluster.local",
		service + "." + namespace,
		service,
	}
}

// LocalNames are the names of this machine, for a gate outside a cluster.
func LocalNames() []string { return []string{"localhost", "127.0.0.1", "::1"} }
