package apiserver

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

// podFacts is what the judgement of a container needs to know of its Pod.
type podFacts struct {
	spec *corev1.PodSpec
	// volumes are those that are in order themselves: a mount of another one is
	// a mount of nothing.
	volumes map[string]*corev1.Volume
}

func (p podFacts) validateContainers(path *field.Path) field.ErrorList {
	containers := p.spec.Containers
	if len(containers) == 0 {
		return field.ErrorList{field.Required(path, "")}
	}
	var errs field.ErrorList
	seen := map[string]bool{}
	for i := range containers {
		c, at := &containers[i], path.Index(i)
		errs = append(errs, p.validateContainer(c, at)...)
		if seen[c.Name] {
			errs = append(errs, field.Duplicate(at.Child("name"), c.Name))
		}
		seen[c.Name] = true
		errs = append(errs, p.validateLife(c, at)...)
		errs = append(errs, validateRestartRules(c, false, at)...)
	}
	return append(errs, uniqueHostPorts(containers, path)...)
}

func (p podFacts) validateInitContainers(path *field.Path) field.ErrorList {
	var errs field.ErrorList
	seen := map[string]bool{}
	for i := range p.spec.Containers {
		seen[p.spec.Containers[i].Name] = true
	}
	for i := range p.spec.InitContainers {
		c, at := &p.spec.InitContainers[i], path.Index(i)
		errs = append(errs, p.validateContainer(c, at)...)
		errs = append(errs, validateRestartRules(c, true, at)...)
		if seen[c.Name] {
			errs = append(errs, field.Duplicate(at.Child("name"), c.Name))
		} else if c.Name != "" {
			seen[c.Name] = true
		}
		// Init containers run one by one and share no ports. The API server
		// counts the one container from zero.
		errs = append(errs, uniqueHostPorts([]corev1.Container{*c}, path)...)
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			errs = append(errs, p.validateLife(c, at)...)
			continue
		}
		errs = append(errs, forbidLife(c, at)...)
	}
	return errs
}

// forbidLife refuses what only a sidecar may have among init containers.
func forbidLife(c *corev1.Container, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	for _, used := range []struct {
		field string
		set   bool
	}{
		{"lifecycle", c.Lifecycle != nil},
		{"livenessProbe", c.LivenessProbe != nil},
		{"readinessProbe", c.ReadinessProbe != nil},
		{"startupProbe", c.StartupProbe != nil},
	} {
		if used.set {
			errs = append(errs, field.Forbidden(path.Child(used.field), "may not be set for init containers without restartPolicy=Always"))
		}
	}
	for i, policy := range c.ResizePolicy {
		if policy.RestartPolicy == corev1.RestartContainer {
			errs = append(errs, field.Invalid(path.Child("resizePolicy").Index(i).Child("restartPolicy"), policy.RestartPolicy, "must not be set to 'RestartContainer' for non-sidecar initContainers"))
		}
	}
	return errs
}

// validateContainer judges what every kind of container has.
func (p podFacts) validateContainer(c *corev1.Container, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if c.Name == "" {
		errs = append(errs, field.Required(path.Child("name"), ""))
	} else {
		errs = append(errs, label(path.Child("name"), c.Name)...)
	}
	// Anything but nothing is an image to the API server.
	if c.Image == "" {
		errs = append(errs, field.Required(path.Child("image"), ""))
	}
	errs = append(errs, oneOf(path.Child("terminationMessagePolicy"), c.TerminationMessagePolicy, corev1.TerminationMessageReadFile, corev1.TerminationMessageFallbackToLogsOnError)...)
	errs = append(errs, validatePorts(c.Ports, path.Child("ports"))...)
	errs = append(errs, validateEnv(c.Env, path.Child("env"))...)
	errs = append(errs, validateEnvFrom(c.EnvFrom, path.Child("envFrom"))...)
	errs = append(errs, p.validateMounts(c, path.Child("volumeMounts"))...)
	errs = append(errs, p.validateDevices(c, path.Child("volumeDevices"))...)
	errs = append(errs, oneOf(path.Child("imagePullPolicy"), c.ImagePullPolicy, corev1.PullAlways, corev1.PullIfNotPresent, corev1.PullNever)...)
	errs = append(errs, validateResources(c.Resources, containerResource, path.Child("resources"))...)
	errs = append(errs, validateClaims(c.Resources.Claims, p.spec.ResourceClaims, path.Child("resources", "claims"))...)
	errs = append(errs, validateResize(c.ResizePolicy, p.spec.RestartPolicy, path.Child("resizePolicy"))...)
	hostUsers := p.spec.HostUsers == nil || *p.spec.HostUsers
	return append(errs, validateSecurity(c.SecurityContext, hostUsers, path.Child("securityContext"))...)
}

func validateResize(policies []corev1.ContainerResizePolicy, pod corev1.RestartPolicy, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	seen := map[corev1.ResourceName]bool{}
	for i, policy := range policies {
		if seen[policy.ResourceName] {
			errs = append(errs, field.Duplicate(path.Index(i), policy.ResourceName))
		}
		seen[policy.ResourceName] = true
		errs = append(errs, oneOf(path, policy.ResourceName, corev1.ResourceCPU, corev1.ResourceMemory)...)
		errs = append(errs, oneOf(path, policy.RestartPolicy, corev1.NotRequired, corev1.RestartContainer)...)
		if pod == corev1.RestartPolicyNever && policy.RestartPolicy != corev1.NotRequired {
			errs = append(errs, field.Invalid(path, policy.RestartPolicy, "must be 'NotRequired' when pod `restartPolicy` is 'Never'"))
		}
	}
	return errs
}

// validateRestartRules judges a container's own restart policy and its rules.
// The rules of an init container without a policy are not looked at.
func validateRestartRules(c *corev1.Container, init bool, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if c.RestartPolicy != nil {
		errs = among(path.Child("restartPolicy"), *c.RestartPolicy, corev1.ContainerRestartPolicyAlways, corev1.ContainerRestartPolicyNever, corev1.ContainerRestartPolicyOnFailure)
	} else if len(c.RestartPolicyRules) > 0 {
		errs = field.ErrorList{field.Required(path.Child("restartPolicy"), "must specify restartPolicy when restart rules are used")}
		if init {
			return errs
		}
	}
	return append(errs, validateRuleList(c.RestartPolicyRules, path.Child("restartPolicyRules"))...)
}

func validateRuleList(list []corev1.ContainerRestartRule, path *field.Path) field.ErrorList {
	errs := tooMany(path, len(list), maxPolicyRules)
	for i, rule := range list {
		at := path.Index(i)
		errs = append(errs, among(at.Child("action"), rule.Action, corev1.ContainerRestartRuleActionRestart, corev1.ContainerRestartRuleActionRestartAllContainers)...)
		if rule.ExitCodes == nil {
			errs = append(errs, field.Required(at.Child("exitCodes"), "must be specified"))
			continue
		}
		errs = append(errs, among(at.Child("exitCodes", "operator"), rule.ExitCodes.Operator, corev1.ContainerRestartRuleOnExitCodesOpIn, corev1.ContainerRestartRuleOnExitCodesOpNotIn)...)
		errs = append(errs, tooMany(at.Child("exitCodes", "values"), len(rule.ExitCodes.Values), maxExitCodes)...)
	}
	return errs
}

func uniqueHostPorts(containers []corev1.Container, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	seen := map[string]bool{}
	for i := range containers {
		for j, port := range containers[i].Ports {
			if port.HostPort == 0 {
				continue
			}
			key := fmt.Sprintf("%s/%s/%d", port.Protocol, port.HostIP, port.HostPort)
			if seen[key] {
				errs = append(errs, field.Duplicate(path.Index(i).Child("ports").Index(j).Child("hostPort"), key))
			}
			seen[key] = true
		}
	}
	return errs
}

// eachContainer visits containers in the order of the API server: init
// containers, containers, ephemeral containers.
func eachContainer(spec *corev1.PodSpec, path *field.Path, visit func(*corev1.Container, *field.Path)) {
	for i := range spec.InitContainers {
		visit(&spec.InitContainers[i], path.Child("initContainers").Index(i))
	}
	for i := range spec.Containers {
		visit(&spec.Containers[i], path.Child("containers").Index(i))
	}
	for i := range spec.EphemeralContainers {
		c := corev1.Container(spec.EphemeralContainers[i].EphemeralContainerCommon)
		visit(&c, path.Child("ephemeralContainers").Index(i))
	}
}
