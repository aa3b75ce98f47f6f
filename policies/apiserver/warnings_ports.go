package apiserver

import (
	corev1 "k8s.io/api/core/v1"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// placedPort is a port and where it stands.
type placedPort struct {
	at   *field.Path
	port corev1.ContainerPort
}

// ports warns of ports of a Pod that stand twice, by number or by name.
func (w *warner) ports(spec *corev1.PodSpec, at *field.Path) {
	type number struct {
		port     int32
		protocol corev1.Protocol
	}
	numbers := map[number][]placedPort{}
	eachContainer(spec, at, func(c *corev1.Container, at *field.Path) {
		for i, port := range c.Ports {
			here := at.Child("ports").Index(i)
			if port.HostIP != "" && port.HostPort == 0 {
				w.warn(here, "hostIP set without hostPort: %+v", port)
			}
			key := number{port.ContainerPort, port.Protocol}
			for _, other := range numbers[key] {
				w.clash(placedPort{here, port}, other)
			}
			numbers[key] = append(numbers[key], placedPort{here, port})
		}
	})
	names := map[string]*field.Path{}
	eachContainer(spec, at, func(c *corev1.Container, at *field.Path) {
		for i, port := range c.Ports {
			here := at.Child("ports").Index(i)
			if port.Name == "" {
				continue
			}
			if other, ok := names[port.Name]; ok {
				w.warn(here, "duplicate port name %q with %s, services and probes that select ports by name will use %s", port.Name, other, other)
				continue
			}
			names[port.Name] = here
		}
	})
}

func (w *warner) clash(one, other placedPort) {
	a, b := one.port, other.port
	switch {
	case a.HostIP == b.HostIP && a.HostPort == b.HostPort:
		w.warn(one.at, "duplicate port definition with %s", other.at)
	case a.HostPort == 0 || b.HostPort == 0:
		w.warn(one.at, "overlapping port definition with %s", other.at)
	case a.HostPort == b.HostPort && (a.HostIP == "") != (b.HostIP == ""):
		w.warn(one.at, "dangerously ambiguous port definition with %s", other.at)
	}
}

// addresses warns of IP addresses in a form that will be refused one day.
func (w *warner) addresses(spec *corev1.PodSpec, at *field.Path) {
	if spec.DNSConfig != nil {
		for i, server := range spec.DNSConfig.Nameservers {
			w.address(at.Child("dnsConfig", "nameservers").Index(i), server)
		}
	}
	for i, alias := range spec.HostAliases {
		w.address(at.Child("hostAliases").Index(i).Child("ip"), alias.IP)
	}
}

// address leaves what is no address at all to validation: asked about one,
// GetWarningsForIP writes to the log.
func (w *warner) address(at *field.Path, value string) {
	if len(utilvalidation.IsValidIPForLegacyField(at, value, false, nil)) > 0 {
		return
	}
	w.out = append(w.out, utilvalidation.GetWarningsForIP(at, value)...)
}
