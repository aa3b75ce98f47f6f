package apiserver

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/validation"
	metavalidation "k8s.io/apimachinery/pkg/apis/meta/v1/validation"
	utilvalidation "k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/apimachinery/pkg/util/validation/field"
)

func validateTemplate(template *corev1.PodTemplateSpec, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	// The API server leaves "metadata" out of these two paths.
	errs = append(errs, metavalidation.ValidateLabels(template.Labels, path.Child("labels"))...)
	annotations := path.Child("annotations")
	errs = append(errs, validation.ValidateAnnotations(template.Annotations, annotations)...)
	if value, ok := template.Annotations[corev1.MirrorPodAnnotationKey]; ok && template.Spec.NodeName == "" {
		errs = append(errs, field.Invalid(annotations.Key(corev1.MirrorPodAnnotationKey), value, "must set spec.nodeName if mirror pod annotation is set"))
	}
	if value, ok := template.Annotations[corev1.PodDeletionCost]; ok && !deletionCost(value) {
		errs = append(errs, field.Invalid(annotations.Key(corev1.PodDeletionCost), value, "must be a 32bit integer"))
	}
	errs = append(errs, validatePodSpec(&template.Spec, path.Child("spec"))...)
	if len(template.Spec.EphemeralContainers) > 0 {
		errs = append(errs, field.Forbidden(path.Child("spec", "ephemeralContainers"), "ephemeral containers not allowed in pod template"))
	}
	return errs
}

// deletionCost tells whether a cost is a 32-bit integer without a plus sign or
// leading zeros; behind a minus sign zeros may lead.
func deletionCost(value string) bool {
	if strings.HasPrefix(value, "+") || strings.HasPrefix(value, "0") && value != "0" {
		return false
	}
	_, err := strconv.ParseInt(value, 10, 32)
	return err == nil
}

func validatePodSpec(spec *corev1.PodSpec, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if spec.TerminationGracePeriodSeconds == nil {
		errs = append(errs, field.Required(path.Child("terminationGracePeriodSeconds"), ""))
	}
	volumes, bad := validateVolumes(spec.Volumes, path.Child("volumes"))
	errs = append(errs, bad...)
	pod := podFacts{spec: spec, volumes: volumes}
	errs = append(errs, pod.validateContainers(path.Child("containers"))...)
	errs = append(errs, pod.validateInitContainers(path.Child("initContainers"))...)
	if spec.Resources != nil {
		errs = append(errs, validatePodResources(spec, path.Child("resources"))...)
	}
	errs = append(errs, validateHostPorts(spec, path.Child("containers"))...)
	errs = append(errs, oneOf(path.Child("restartPolicy"), spec.RestartPolicy, corev1.RestartPolicyAlways, corev1.RestartPolicyOnFailure, corev1.RestartPolicyNever)...)
	errs = append(errs, oneOf(path.Child("dnsPolicy"), spec.DNSPolicy, corev1.DNSClusterFirstWithHostNet, corev1.DNSClusterFirst, corev1.DNSDefault, corev1.DNSNone)...)
	errs = append(errs, metavalidation.ValidateLabels(spec.NodeSelector, path.Child("nodeSelector"))...)
	errs = append(errs, validatePodSecurity(spec.SecurityContext, path.Child("securityContext"))...)
	if share := spec.ShareProcessNamespace; share != nil && *share && spec.HostPID {
		errs = append(errs, field.Invalid(path.Child("shareProcessNamespace"), *share, "ShareProcessNamespace and HostPID cannot both be enabled"))
	}
	errs = append(errs, validateGates(spec.SchedulingGates, path.Child("schedulingGates"))...)
	errs = append(errs, validatePodNames(spec, path)...)
	if deadline := spec.ActiveDeadlineSeconds; deadline != nil && (*deadline < 1 || *deadline > math.MaxInt32) {
		errs = append(errs, field.Invalid(path.Child("activeDeadlineSeconds"), *deadline, utilvalidation.InclusiveRangeError(1, math.MaxInt32)))
	}
	errs = append(errs, validateTolerations(spec.Tolerations, path.Child("tolerations"))...)
	if spec.PreemptionPolicy != nil {
		errs = append(errs, oneOf(path.Child("preemptionPolicy"), *spec.PreemptionPolicy, corev1.PreemptLowerPriority, corev1.PreemptNever)...)
	}
	if spec.Overhead != nil {
		errs = append(errs, validateResources(corev1.ResourceRequirements{Limits: spec.Overhead}, containerResource, path.Child("overhead"))...)
	}
	errs = append(errs, validateOS(spec, path)...)
	return append(errs, validateKeyFiles(spec, path)...)
}

func validatePodNames(spec *corev1.PodSpec, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	for _, name := range []struct{ field, value string }{
		{"serviceAccountName", spec.ServiceAccountName},
		{"nodeName", spec.NodeName},
		{"priorityClassName", spec.PriorityClassName},
	} {
		if name.value != "" {
			errs = append(errs, subdomain(path.Child(name.field), name.value)...)
		}
	}
	// A template that was not defaulted can have the two differ.
	if spec.DeprecatedServiceAccount != spec.ServiceAccountName {
		errs = append(errs, field.Invalid(path.Child("deprecatedServiceAccount"), spec.DeprecatedServiceAccount, fmt.Sprintf("must be the same as serviceAccountName: %q", spec.ServiceAccountName)))
	}
	if spec.Hostname != "" {
		errs = append(errs, label(path.Child("hostname"), spec.Hostname)...)
	}
	if spec.Subdomain != "" {
		errs = append(errs, label(path.Child("subdomain"), spec.Subdomain)...)
	}
	if spec.RuntimeClassName != nil {
		errs = append(errs, subdomain(path.Child("runtimeClassName"), *spec.RuntimeClassName)...)
	}
	return errs
}

func validateGates(gates []corev1.PodSchedulingGate, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	seen := map[string]bool{}
	for i, gate := range gates {
		errs = append(errs, qualified(path.Index(i), gate.Name)...)
		if seen[gate.Name] {
			errs = append(errs, field.Duplicate(path.Index(i), gate.Name))
		}
		seen[gate.Name] = true
	}
	return errs
}

// validateHostPorts holds the ports of a template on the host's network to
// equal numbers; a host port that is left out is filled in later.
func validateHostPorts(spec *corev1.PodSpec, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	if !spec.HostNetwork {
		return nil
	}
	for i := range spec.Containers {
		for j, port := range spec.Containers[i].Ports {
			if port.HostPort != 0 && port.HostPort != port.ContainerPort {
				errs = append(errs, field.Invalid(path.Index(i).Child("ports").Index(j).Child("hostPort"), port.HostPort, "must match `containerPort` when `hostNetwork` is true"))
			}
		}
	}
	return errs
}

func validateTolerations(tolerations []corev1.Toleration, path *field.Path) field.ErrorList {
	var errs field.ErrorList
	for i := range tolerations {
		t, at := &tolerations[i], path.Index(i)
		if t.Key != "" {
			errs = append(errs, metavalidation.ValidateLabelName(t.Key, at.Child("key"))...)
		} else if t.Operator != corev1.TolerationOpExists {
			errs = append(errs, field.Invalid(at.Child("operator"), t.Operator, "operator must be Exists when `key` is empty, which means \"match all values and all keys\""))
		}
		if t.TolerationSeconds != nil && t.Effect != corev1.TaintEffectNoExecute {
			errs = append(errs, field.Invalid(at.Child("effect"), t.Effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"))
		}
		switch t.Operator {
		case corev1.TolerationOpEqual, "":
			if bad := utilvalidation.IsValidLabelValue(t.Value); len(bad) > 0 {
				errs = append(errs, field.Invalid(at.Child("operator"), t.Value, strings.Join(bad, ";")))
			}
		case corev1.TolerationOpExists:
			if t.Value != "" {
				errs = append(errs, field.Invalid(at.Child("operator"), t.Value, "value must be empty when `operator` is 'Exists'"))
			}
		default:
			// Lt and Gt wait for a feature gate.
			allowed := []corev1.TolerationOperator{corev1.TolerationOpEqual, corev1.TolerationOpExists}
			if gated := []corev1.TolerationOperator{"Lt", "Gt"}; slices.Contains(gated, t.Operator) {
				allowed = append(allowed, gated...)
			}
			errs = append(errs, field.NotSupported(at.Child("operator"), t.Operator, allowed))
		}
		if t.Effect != "" {
			errs = append(errs, among(at.Child("effect"), t.Effect, corev1.TaintEffectNoSchedule, corev1.TaintEffectPreferNoSchedule, corev1.TaintEffectNoExecute)...)
		}
	}
	return errs
}
