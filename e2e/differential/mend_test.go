package differential

import (
	"slices"
	"strconv"
	"strings"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
)

// mend makes most specs worth judging: it removes, one by one and each only
// most of the time, the contradictions between the fields that chance has
// chosen.
func (g *grammar) mend(spec *batchv1.JobSpec) {
	pod := &spec.Template.Spec
	for len(pod.Containers) == 0 && g.sound() {
		pod.Containers = append(pod.Containers, corev1.Container{Name: "main", Image: g.text("image")})
	}
	if g.sound() {
		pod.RestartPolicy = pick(g, corev1.RestartPolicyNever, corev1.RestartPolicyOnFailure)
	}
	g.mendMode(spec)
	g.mendFailurePolicy(spec)
	g.mendSelector(spec)
	for i := range pod.Volumes {
		if g.sound() {
			pod.Volumes[i].Name = "v" + strconv.Itoa(i)
		}
	}
	ports := map[int32]bool{}
	for i := range pod.Containers {
		g.mendContainer(&pod.Containers[i], "c"+string(rune('a'+i)), pod, ports)
	}
	for i := range pod.InitContainers {
		g.mendContainer(&pod.InitContainers[i], "i"+string(rune('a'+i)), pod, ports)
		g.mendInit(&pod.InitContainers[i])
	}
	g.mendPod(pod)
}

func (g *grammar) mendMode(spec *batchv1.JobSpec) {
	if g.chance(0.3) {
		mode := batchv1.IndexedCompletion
		spec.CompletionMode = &mode
		if spec.Completions == nil && g.sound() {
			completions := pick(g, int32(1), 5, 100, 100_001)
			spec.Completions = &completions
		}
		if spec.MaxFailedIndexes != nil && spec.BackoffLimitPerIndex == nil && g.sound() {
			spec.MaxFailedIndexes = nil
		}
		if spec.SuccessPolicy == nil || g.chance(0.3) || !g.sound() {
			return
		}
		for i := range spec.SuccessPolicy.Rules {
			rule := &spec.SuccessPolicy.Rules[i]
			indexes, count := "0", int32(1)
			rule.SucceededIndexes, rule.SucceededCount = &indexes, &count
		}
	} else if g.sound() {
		spec.CompletionMode = nil
		spec.BackoffLimitPerIndex, spec.MaxFailedIndexes, spec.SuccessPolicy = nil, nil, nil
	}
}

func (g *grammar) mendFailurePolicy(spec *batchv1.JobSpec) {
	if spec.PodFailurePolicy == nil || !g.sound() {
		return
	}
	failed := batchv1.Failed
	spec.PodReplacementPolicy = &failed
	spec.Template.Spec.RestartPolicy = corev1.RestartPolicyNever
	for i := range spec.PodFailurePolicy.Rules {
		rule := &spec.PodFailurePolicy.Rules[i]
		if rule.Action == batchv1.PodFailurePolicyActionFailIndex && spec.BackoffLimitPerIndex == nil && g.sound() {
			rule.Action = batchv1.PodFailurePolicyActionIgnore
		}
		if rule.OnExitCodes != nil && g.sound() {
			rule.OnPodConditions = nil
			rule.OnExitCodes.ContainerName = nil
			slices.Sort(rule.OnExitCodes.Values)
			rule.OnExitCodes.Values = slices.Compact(rule.OnExitCodes.Values)
		}
		if rule.OnExitCodes == nil == (len(rule.OnPodConditions) == 0) && g.sound() {
			rule.OnPodConditions = nil
			rule.OnExitCodes = &batchv1.PodFailurePolicyOnExitCodesRequirement{Operator: batchv1.PodFailurePolicyOnExitCodesOpIn, Values: []int32{1, 2}}
		}
	}
}

// mendSelector leaves a selector of its author's now and then, which needs
// labels that it selects.
func (g *grammar) mendSelector(spec *batchv1.JobSpec) {
	if !g.sound() {
		return
	}
	spec.ManualSelector = nil
	if spec.Selector == nil || g.chance(0.3) {
		spec.Selector = nil
		return
	}
	manual := true
	spec.ManualSelector = &manual
	spec.Selector.MatchExpressions = nil
	spec.Selector.MatchLabels = map[string]string{"app": "v"}
	if spec.Template.Labels == nil {
		spec.Template.Labels = map[string]string{}
	}
	spec.Template.Labels["app"] = "v"
}

func (g *grammar) mendContainer(c *corev1.Container, name string, pod *corev1.PodSpec, ports map[int32]bool) {
	if g.sound() {
		c.Name = name
	}
	if c.Image == "" && g.sound() {
		c.Image = g.text("image")
	}
	g.mendMounts(c, pod)
	g.mendEnv(c, pod)
	if g.sound() {
		seen := map[corev1.ResourceName]bool{}
		c.ResizePolicy = slices.DeleteFunc(c.ResizePolicy, func(p corev1.ContainerResizePolicy) bool {
			again := seen[p.ResourceName] || pod.RestartPolicy == corev1.RestartPolicyNever && p.RestartPolicy == corev1.RestartContainer
			seen[p.ResourceName] = true
			return again
		})
	}
	if c.RestartPolicy == nil && g.sound() {
		c.RestartPolicyRules = nil
	}
	for i := range c.RestartPolicyRules {
		if c.RestartPolicyRules[i].ExitCodes == nil && g.sound() {
			c.RestartPolicyRules[i].ExitCodes = &corev1.ContainerRestartRuleOnExitCodes{Operator: corev1.ContainerRestartRuleOnExitCodesOpIn, Values: []int32{42}}
		}
	}
	for i := range c.Ports {
		port := &c.Ports[i]
		if port.HostPort != 0 && g.sound() {
			port.HostPort = port.ContainerPort
		}
		if ports[port.HostPort] && g.sound() {
			port.HostPort = 0
		}
		ports[port.HostPort] = true
		if port.Name != "" && g.sound() {
			port.Name = "p" + strconv.Itoa(i)
		}
	}
	for _, probe := range []*corev1.Probe{c.LivenessProbe, c.StartupProbe, c.ReadinessProbe} {
		if probe != nil && g.sound() {
			probe.SuccessThreshold = 0
		}
	}
	if c.ReadinessProbe != nil && g.sound() {
		c.ReadinessProbe.TerminationGracePeriodSeconds = nil
	}
	if g.sound() && !g.wide {
		c.Resources.Claims = nil
	}
	g.mendResources(&c.Resources)
	if s := c.SecurityContext; s != nil && g.sound() {
		s.AllowPrivilegeEscalation, s.ProcMount = nil, nil
		if s.SeccompProfile != nil && s.SeccompProfile.Type != corev1.SeccompProfileTypeLocalhost {
			s.SeccompProfile.LocalhostProfile = nil
		}
	}
}

// mendInit takes from an init container what only a sidecar may have.
func (g *grammar) mendInit(c *corev1.Container) {
	if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways || !g.sound() {
		return
	}
	c.Lifecycle, c.LivenessProbe, c.ReadinessProbe, c.StartupProbe, c.ResizePolicy = nil, nil, nil, nil, nil
}

func (g *grammar) mendMounts(c *corev1.Container, pod *corev1.PodSpec) {
	blocks := slices.ContainsFunc(pod.Volumes, func(v corev1.Volume) bool { return v.PersistentVolumeClaim != nil })
	if !blocks && g.sound() {
		c.VolumeDevices = nil
	}
	for i := range c.VolumeDevices {
		if v := pod.Volumes; len(v) > 0 && g.sound() {
			c.VolumeDevices[i].Name = v[g.IntN(len(v))].Name
			c.VolumeDevices[i].DevicePath = "/dev/" + strconv.Itoa(i)
		}
	}
	if len(c.VolumeDevices) > 0 && g.chance(0.5) || len(pod.Volumes) == 0 && g.sound() {
		c.VolumeMounts = nil
	}
	for i := range c.VolumeMounts {
		mount := &c.VolumeMounts[i]
		if v := pod.Volumes; len(v) > 0 && g.sound() {
			mount.Name = v[g.IntN(len(v))].Name
			mount.MountPath += strconv.Itoa(i)
		}
		if g.sound() {
			mount.SubPath = strings.TrimLeft(mount.SubPath, "/")
			mount.SubPathExpr = strings.TrimLeft(mount.SubPathExpr, "/")
			if mount.SubPath != "" {
				mount.SubPathExpr = ""
			}
		}
		privileged := c.SecurityContext != nil && c.SecurityContext.Privileged != nil && *c.SecurityContext.Privileged
		if p := mount.MountPropagation; p != nil && *p == corev1.MountPropagationBidirectional && !privileged && g.sound() {
			mount.MountPropagation = nil
		}
		if mount.RecursiveReadOnly != nil && g.sound() {
			mount.ReadOnly, mount.MountPropagation = true, nil
		}
	}
}

func (g *grammar) mendEnv(c *corev1.Container, pod *corev1.PodSpec) {
	empty := slices.IndexFunc(pod.Volumes, func(v corev1.Volume) bool { return v.EmptyDir != nil })
	for i := range c.Env {
		from := c.Env[i].ValueFrom
		if from == nil || !g.sound() {
			continue
		}
		c.Env[i].Value = ""
		if from.FileKeyRef != nil && empty >= 0 {
			from.FileKeyRef.VolumeName = pod.Volumes[empty].Name
		} else if from.FileKeyRef != nil {
			c.Env[i].ValueFrom = nil
		}
		if ref := from.ResourceFieldRef; ref != nil {
			ref.Divisor = resource.Quantity{}
		}
	}
	for i := range c.EnvFrom {
		source := &c.EnvFrom[i]
		if !g.sound() {
			continue
		}
		if source.ConfigMapRef != nil {
			source.SecretRef = nil
		} else if source.SecretRef == nil {
			source.SecretRef = &corev1.SecretEnvSource{}
		}
		if ref := source.SecretRef; ref != nil && ref.Name == "" {
			ref.Name = g.text("secretRef.name")
		}
		if ref := source.ConfigMapRef; ref != nil && ref.Name == "" {
			ref.Name = g.text("configMapRef.name")
		}
	}
}

// mendResources makes requests fit below limits, and amounts of what is
// counted whole.
func (g *grammar) mendResources(r *corev1.ResourceRequirements) {
	for _, list := range []corev1.ResourceList{r.Requests, r.Limits} {
		for name, amount := range list {
			counted := strings.Contains(string(name), "/")
			pages := strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix)
			switch {
			case counted && g.sound():
				list[name] = resource.MustParse("2")
			case pages && g.sound():
				list[name] = resource.MustParse("4Mi")
			case amount.Sign() < 0 && g.sound():
				delete(list, name)
			}
		}
	}
	for name, amount := range r.Requests {
		whole := strings.Contains(string(name), "/") || strings.HasPrefix(string(name), corev1.ResourceHugePagesPrefix)
		limit, ok := r.Limits[name]
		if (!ok && whole || ok && limit.Cmp(amount) < 0) && g.sound() {
			if r.Limits == nil {
				r.Limits = corev1.ResourceList{}
			}
			r.Limits[name] = amount
		}
	}
}

func (g *grammar) mendPod(pod *corev1.PodSpec) {
	for i := range pod.Tolerations {
		t := &pod.Tolerations[i]
		if !g.sound() {
			continue
		}
		if t.Key == "" {
			t.Operator = corev1.TolerationOpExists
		}
		if t.Operator == corev1.TolerationOpExists {
			t.Value = ""
		} else {
			t.Value = "v"
		}
		if t.TolerationSeconds != nil {
			t.Effect = corev1.TaintEffectNoExecute
		}
	}
	if g.sound() {
		seen := map[string]bool{}
		pod.SchedulingGates = slices.DeleteFunc(pod.SchedulingGates, func(gate corev1.PodSchedulingGate) bool {
			again := seen[gate.Name]
			seen[gate.Name] = true
			return again
		})
	}
	if s := pod.SecurityContext; s != nil && s.SeccompProfile != nil && s.SeccompProfile.Type != corev1.SeccompProfileTypeLocalhost && g.sound() {
		s.SeccompProfile.LocalhostProfile = nil
	}
	if pod.HostPID && g.sound() {
		pod.ShareProcessNamespace = nil
	}
	if pod.HostUsers != nil && g.sound() {
		pod.HostNetwork, pod.HostPID, pod.HostIPC = false, false, false
	}
	if pod.OS != nil && pod.OS.Name == corev1.Windows && g.sound() {
		pod.HostUsers, pod.ShareProcessNamespace, pod.Resources, pod.SecurityContext = nil, nil, nil, nil
		pod.HostPID, pod.HostIPC = false, false
		for i := range pod.Containers {
			pod.Containers[i].SecurityContext = nil
		}
		for i := range pod.InitContainers {
			pod.InitContainers[i].SecurityContext = nil
		}
	}
	if deadline := pod.ActiveDeadlineSeconds; deadline != nil && *deadline == 0 && g.sound() {
		*deadline = 1
	}
	if pod.Resources != nil && g.sound() {
		pod.Resources.Claims = nil
		pod.Resources.Requests = only(pod.Resources.Requests, "64Gi")
		pod.Resources.Limits = only(pod.Resources.Limits, "64Gi")
	}
	if g.sound() {
		pod.Overhead = only(pod.Overhead, "1")
	}
}

// only keeps processor and memory, in an amount.
func only(list corev1.ResourceList, amount string) corev1.ResourceList {
	for name := range list {
		if name != corev1.ResourceCPU && name != corev1.ResourceMemory {
			delete(list, name)
			continue
		}
		list[name] = resource.MustParse(amount)
	}
	return list
}
