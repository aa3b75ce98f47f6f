package apiserver

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// validateLife judges hooks and probes of a container that may have them.
func (p podFacts) validateLife(c *corev1.Container, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	grace := p.spec.TerminationGracePeriodSeconds
	if c.Lifecycle != nil {
		if hook := c.Lifecycle.PostStart; hook != nil {
			errs = append(errs, validateHook(hook, grace, path.Child("lifecycle", "postStart"))...)
		}
		if hook := c.Lifecycle.PreStop; hook != nil {
			errs = append(errs, validateHook(hook, grace, path.Child("lifecycle", "preStop"))...)
		}
	}
	errs = append(errs, validateProbe(c.LivenessProbe, path.Child("livenessProbe"))...)
	errs = append(errs, succeedsOnce(c.LivenessProbe, path.Child("livenessProbe"))...)
	errs = append(errs, validateProbe(c.ReadinessProbe, path.Child("readinessProbe"))...)
	if probe := c.ReadinessProbe; probe != nil && probe.TerminationGracePeriodSeconds != nil {
		errs = append(errs, field.Invalid(path.Child("readinessProbe", "terminationGracePeriodSeconds"), probe.TerminationGracePeriodSeconds, "must not be set for readinessProbes"))
	}
	errs = append(errs, validateProbe(c.StartupProbe, path.Child("startupProbe"))...)
	return append(errs, succeedsOnce(c.StartupProbe, path.Child("startupProbe"))...)
}

func succeedsOnce(probe *corev1.Probe, path *field.Path) field.ErrorList {
	if probe == nil || probe.SuccessThreshold == 1 {
		return nil
	}
	return field.ErrorList{field.Invalid(path.Child("successThreshold"), probe.SuccessThreshold, "must be 1")}
}

func validateProbe(probe *corev1.Probe, path *field.Path) field.ErrorList {
	if probe == nil {
		return nil
	}
	h := handler{probe.Exec, probe.HTTPGet, probe.TCPSocket, probe.GRPC, nil}
	errs := h.validate(nil, path)
	errs = append(errs, natural(path.Child("initialDelaySeconds"), &probe.InitialDelaySeconds)...)
	errs = append(errs, natural(path.Child("timeoutSeconds"), &probe.TimeoutSeconds)...)
	errs = append(errs, natural(path.Child("periodSeconds"), &probe.PeriodSeconds)...)
	errs = append(errs, natural(path.Child("successThreshold"), &probe.SuccessThreshold)...)
	errs = append(errs, natural(path.Child("failureThreshold"), &probe.FailureThreshold)...)
	if grace := probe.TerminationGracePeriodSeconds; grace != nil && *grace <= 0 {
		errs = append(errs, field.Invalid(path.Child("terminationGracePeriodSeconds"), *grace, "must be greater than 0"))
	}
	return errs
}

func validateHook(hook *corev1.LifecycleHandler, grace *int64, path *field.Path) field.ErrorList {
	return handler{hook.Exec, hook.HTTPGet, hook.TCPSocket, nil, hook.Sleep}.validate(grace, path)
}

// handler is what probes and hooks do; exactly one must be set.
type handler struct {
	exec  *corev1.ExecAction
	http  *corev1.HTTPGetAction
	tcp   *corev1.TCPSocketAction
	grpc  *corev1.GRPCAction
	sleep *corev1.SleepAction
}

func (h handler) validate(grace *int64, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	count := 0
	// Only the first handler is judged, the others are too many.
	one := func(name string, set bool, judge func(*field.Path) field.ErrorList) {
		if !set {
			return
		}
		if count++; count > 1 {
			errs = append(errs, field.Forbidden(path.Child(name), "may not specify more than 1 handler type"))
			return
		}
		errs = append(errs, judge(path.Child(name))...)
	}
	one("exec", h.exec != nil, func(at *field.Path) field.ErrorList {
		if len(h.exec.Command) > 0 {
			return nil
		}
		return field.ErrorList{field.Required(at.Child("command"), "")}
	})
	one("httpGet", h.http != nil, func(at *field.Path) field.ErrorList { return validateHTTPGet(h.http, at) })
	one("tcpSocket", h.tcp != nil, func(at *field.Path) field.ErrorList { return validatePort(h.tcp.Port, at.Child("port")) })
	one("grpc", h.grpc != nil, func(at *field.Path) field.ErrorList {
		return validatePort(intstr.FromInt32(h.grpc.Port), at.Child("port"))
	})
	one("sleep", h.sleep != nil, func(at *field.Path) field.ErrorList {
		if grace == nil || h.sleep.Seconds >= 0 && h.sleep.Seconds <= *grace {
			return nil
		}
		return field.ErrorList{field.Invalid(at, h.sleep.Seconds, fmt.Sprintf("must be non-negative and less than terminationGracePeriodSeconds (%d)", *grace))}
	})
	if count == 0 {
		errs = append(errs, field.Required(path, "must specify a handler type"))
	}
	return errs
}

func validateHTTPGet(get *corev1.HTTPGetAction, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if get.Path == "" {
		errs = append(errs, field.Required(path.Child("path"), ""))
	}
	errs = append(errs, validatePort(get.Port, path.Child("port"))...)
	errs = append(errs, among(path.Child("scheme"), get.Scheme, corev1.URISchemeHTTP, corev1.URISchemeHTTPS)...)
	for _, header := range get.HTTPHeaders {
		errs = append(errs, invalid(path.Child("httpHeaders"), header.Name, utilvalidation.IsHTTPHeaderName(header.Name))...)
	}
	return errs
}

// validatePort judges a port that may be a number or a name.
func validatePort(port intstr.IntOrString, path *field.Path) field.ErrorList {
	if port.Type == intstr.String {
		return invalid(path, port.StrVal, utilvalidation.IsValidPortName(port.StrVal))
	}
	return invalid(path, port.IntVal, utilvalidation.IsValidPortNum(int(port.IntVal)))
}

func validatePorts(ports []corev1.ContainerPort, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	seen := map[string]bool{}
	for i, port := range ports {
		at := path.Index(i)
		if port.Name != "" {
			bad := utilvalidation.IsValidPortName(port.Name)
			errs = append(errs, invalid(at.Child("name"), port.Name, bad)...)
			if seen[port.Name] {
				errs = append(errs, field.Duplicate(at.Child("name"), port.Name))
			}
			seen[port.Name] = len(bad) == 0
		}
		if port.ContainerPort == 0 {
			errs = append(errs, field.Required(at.Child("containerPort"), ""))
		} else {
			errs = append(errs, invalid(at.Child("containerPort"), port.ContainerPort, utilvalidation.IsValidPortNum(int(port.ContainerPort)))...)
		}
		if port.HostPort != 0 {
			errs = append(errs, invalid(at.Child("hostPort"), port.HostPort, utilvalidation.IsValidPortNum(int(port.HostPort)))...)
		}
		errs = append(errs, oneOf(at.Child("protocol"), port.Protocol, corev1.ProtocolSCTP, corev1.ProtocolTCP, corev1.ProtocolUDP)...)
	}
	return errs
}
