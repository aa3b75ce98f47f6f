package differential

import (
	"math"
	"strings"
)

// words are the values of text fields by name: those to be accepted, and
// others.
type words struct{ good, bad []string }

func list(text string) []string { return strings.Split(text, "|") }

// long is a character longer than a DNS label may be.
const long = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

// vocabulary is by the names of a field and of its parent, where those of the
// field alone would mean several things.
func vocabulary(name string) words {
	switch name {
	case "metadata.name":
		return words{list("job|a-b|x.y|nightly"), []string{long, "A", "-x", strings.Repeat("b", 60), strings.Repeat("c", 53), ""}}
	case "metadata.generateName":
		return words{list("job-|a|x.y-|" + strings.Repeat("g", 60)), []string{"A-", "-", "a..", strings.Repeat("h", 250)}}
	case "finalizers":
		return words{list("orphan|foregroundDeletion|kubernetes|acme.io/x|batch.kubernetes.io/job-tracking"), list("x|Orphan||a b|a/b/c")}
	case "os.name":
		return words{list("linux|linux|windows"), list("mac||Linux")}
	case "rules.action":
		return words{list("Count|FailJob|Ignore|FailIndex"), list("|count|Restart")}
	case "restartPolicyRules.action":
		return words{list("Restart|RestartAllContainers"), list("|Terminate|restart")}
	case "onExitCodes.operator", "exitCodes.operator":
		return words{list("In|NotIn"), list("|in|Exists")}
	case "tolerations.operator":
		return words{list("Exists|Equal|"), list("In|Lt|Gt|exists")}
	case "resizePolicy.restartPolicy":
		return words{list("NotRequired|RestartContainer"), list("|Never|Always")}
	case "containers.restartPolicy", "initContainers.restartPolicy":
		return words{list("Never|OnFailure|Always"), list("|never")}
	case "resourceFieldRef.resource":
		return words{list("limits.cpu|requests.memory|limits.ephemeral-storage|requests.cpu|limits.hugepages-2Mi"), list("|cpu|limits.gpu|requests.hugepages-|limits.storage")}
	case "resourceFieldRef.divisor":
		return words{list("1|1m|1Mi|0"), list("2|1Pi|1k|1G")}
	case "seccompProfile.type":
		return words{list("RuntimeDefault|Unconfined|Localhost"), list("|localhost|x")}
	case "hostPath.type":
		return words{list("Directory|DirectoryOrCreate|File|FileOrCreate|Socket|CharDevice|BlockDevice|"), list("directory|x")}
	case "hostPath.path":
		return words{list("/data|/x|a/b"), list("|/..|/a/../b|..")}
	case "onPodConditions.type":
		return words{list("DisruptionTarget|acme.io/x"), list("|bad type|x/y/z")}
	case "fileKeyRef.key":
		return words{list("A|b.c"), list("|a=b|a b")}
	case "status.type", "conditions.type":
		return words{list("Complete|Failed"), list("x")}
	case "imagePullSecrets.name":
		return words{list("a|b|main"), []string{"", "A"}}
	case "ports.hostIP":
		return words{list("10.0.0.1|::1|"), list("010.0.0.1|x|1.2.3")}
	case "volumeMounts.mountPropagation":
		return words{list("None|HostToContainer|Bidirectional"), list("x|none")}
	}
	switch last(name) {
	case "name", "volumeName", "claimName", "containerName", "hostname", "subdomain", "configMapRef", "secretRef", "imagePullSecrets":
		return words{list("a|main|b-c|x1"), []string{"", "A", "a_b", "-a", long, "a.b"}}
	case "serviceAccountName", "serviceAccount":
		return words{list("sa"), list("A|other")}
	case "nodeName", "priorityClassName", "runtimeClassName", "secretName", "configMapKeyRef", "secretKeyRef":
		return words{list("a|main|a.b.c"), []string{"", "A_b", "-a", "a..b", strings.Repeat("a", 254)}}
	case "image", "reference":
		return words{list("busybox|busybox:1|busybox:latest|r.io:5000/a/b|r.io/a@sha256:" + strings.Repeat("b", 64) + "|a:latest@sha256:" + strings.Repeat("b", 64) + "| x|A/B"), []string{""}}
	case "schedule":
		return words{list("* * * * *|@daily|@midnight|@yearly|0 0 31 2 *|@every 1h|@every 1s|0 0 * * MON| 0 0 * * *|0 0 1 jan ?|1-5/2,7 * * * *"), list("|0 0 * *|0 0 0 * * *|TZ=0|TZ=UTC 0 0 * * *|TZ=|TZ=UTC|@reboot|@TZ|0 0 * * 7|CRON_TZ=UTC * * * * *|*/0 * * * *|0 0 L * *|5-1 * * * *|60 * * * *|@every x|@every 1h TZ=|0 0 * * x|--1 * * * *|99999999999999999999 * * * *")}
	case "timeZone":
		return words{list("UTC|Europe/Oslo|CET|EST5EDT|Etc/GMT+2|America/Argentina/Buenos_Aires"), list("|Local|local|Europe/Nowhere|+02:00|GMT+2|../x|a//b|europe/oslo|UTC/|/UTC|Europe/..|-a|America/Indiana/a_name_too_long")}
	case "quantity":
		return words{list("1|2|100m|1Gi|1.5|0|1e9|2Mi|500m|4Gi|1024Mi|0.0001|1500m"), list("-1|1n|100m|-100m|1E|9223372036854775807|1e30|3")}
	case "resource":
		return words{list("cpu|memory|cpu|memory|ephemeral-storage|hugepages-2Mi|example.com/gpu"), list("gpu|pods|a/b/c|requests.cpu|kubernetes.io/x|hugepages-x|A_|requests.x.io/y|services.nodeports")}
	case "terminationMessagePolicy":
		return words{list("File|FallbackToLogsOnError"), list("file")}
	case "imagePullPolicy", "pullPolicy":
		return words{list("Always|IfNotPresent|Never"), list("always")}
	case "protocol":
		return words{list("TCP|UDP|SCTP"), list("tcp|HTTP2")}
	case "scheme":
		return words{list("HTTP|HTTPS"), list("http")}
	case "restartPolicy":
		return words{list("Never|OnFailure|Always"), list("never|NotRequired|RestartContainer")}
	case "resourceName":
		return words{list("cpu|memory"), list("|disk")}
	case "dnsPolicy":
		return words{list("ClusterFirst|Default|ClusterFirstWithHostNet"), list("None2")}
	case "preemptionPolicy":
		return words{list("Never|PreemptLowerPriority"), list("|x")}
	case "operator":
		return words{list("In|NotIn|Exists|Equal"), list("|in|Lt|x")}
	case "effect":
		return words{list("NoExecute|NoSchedule|PreferNoSchedule"), list("x")}
	case "action":
		return words{list("Count|FailIndex|FailJob|Ignore|Restart|RestartAllContainers"), list("|count")}
	case "completionMode":
		return words{list("NonIndexed|Indexed"), list("|indexed")}
	case "podReplacementPolicy":
		return words{list("Failed|TerminatingOrFailed"), list("|failed")}
	case "concurrencyPolicy":
		return words{list("Allow|Forbid|Replace"), list("forbid")}
	case "managedBy":
		return words{list("kubernetes.io/job-controller|acme.io/x"), []string{"", "foo", "a.io/" + long, "/x"}}
	case "succeededIndexes":
		return words{list("0|0-2|0,2-3|"), append(list("a|3-1|0-1-2|1,1|1000000|0,|2,1|-1|99999999999|0-a|a-1|0-1000000|1-1"), strings.Repeat("0,", 32<<10)+"0")}
	case "status":
		return words{list("True|False|Unknown"), list("true")}
	case "type":
		return words{list("DisruptionTarget|Directory|RuntimeDefault|Localhost|"), list("bad type|x/y/z|directory")}
	case "localhostProfile", "path", "keyPath", "certificateChainPath", "credentialBundlePath", "mountPath", "devicePath", "subPath", "subPathExpr":
		return words{list("/data|/x|a/b"), list("|..|../a|a/../b|/..|..a")}
	case "mountPropagation":
		return words{list("None|HostToContainer"), list("Bidirectional|x")}
	case "recursiveReadOnly":
		return words{list("Disabled|Enabled|IfPossible"), list("x")}
	case "fieldPath":
		return words{list("metadata.name|status.podIP|metadata.labels['a']|metadata.annotations['A']|spec.host"), list("|spec.restartPolicy|metadata.labels|metadata.labels['']|spec.x['y']|metadata.labels['a b']|nonsense|['a']|metadata.name['x")}
	case "apiVersion":
		return words{list("v1|"), list("v2")}
	case "key":
		return words{list("a|b.c|x_y"), []string{"", "a/b/c", "..", "a b", "..a", strings.Repeat("k", 254)}}
	case "procMount":
		return words{list("Default|Unmasked"), list("|x")}
	case "fsGroupChangePolicy":
		return words{list("Always|OnRootMismatch"), list("x")}
	case "add", "drop":
		return words{list("NET_ADMIN|CAP_SYS_ADMIN"), list("x")}
	case "hostIP", "ip", "nameservers":
		return words{list("10.0.0.1|::1|"), list("010.0.0.1|x")}
	case "value":
		return words{list("|x|$(A)|a-$(main)|$(main)|$(a)"), list("a b|-")}
	case "prefix":
		return words{list("P_|x"), list("a=b")}
	case "httpHeaders":
		return words{list("X-A"), list("a b|")}
	case "topologyKey":
		return words{list("beta.kubernetes.io/os|beta.kubernetes.io/arch|failure-domain.beta.kubernetes.io/region|failure-domain.beta.kubernetes.io/zone|beta.kubernetes.io/instance-type|app.kubernetes.io/created-by|scheduler.alpha.kubernetes.io/preferAvoidPods|node-role.kubernetes.io/master|zone"), list("|a b")}
	case "schedulingGates":
		return words{list("a.io/g|g"), list("|a b")}
	case "volumeMode":
		return words{list("Filesystem|Block"), list("x")}
	}
	return words{list("x|y"), list("|a b")}
}

// text is a word for a field.
func (g *grammar) text(name string) string {
	w := vocabulary(name)
	if g.chance(g.bad) {
		return pick(g, w.bad...)
	}
	return pick(g, w.good...)
}

// pairs are labels, annotations or the like.
func (g *grammar) pairs(kind string) map[string]string {
	if !g.chance(0.3) {
		return nil
	}
	out := map[string]string{}
	for range g.IntN(3) {
		key, value := pick(g, "app", "a.io/b", "beta.kubernetes.io/os", "x"), pick(g, "", "v", "1")
		if kind == "annotations" && g.chance(0.1) {
			key = pick(g, "scheduler.alpha.kubernetes.io/critical-pod", "security.alpha.kubernetes.io/unsafe-sysctls", "container.apparmor.security.beta.kubernetes.io/ca", "container.seccomp.security.alpha.kubernetes.io/ca", "seccomp.security.alpha.kubernetes.io/pod", "UPPER/x", "controller.kubernetes.io/pod-deletion-cost")
		}
		if kind == "nodeSelector" && g.chance(0.5) {
			key = g.text("topologyKey")
		}
		if kind == "annotations" && g.chance(g.bad/20) {
			value = strings.Repeat("x", 256<<10)
		}
		if g.chance(g.bad) {
			key = pick(g, "a b", "", "job-name", "controller-uid", "batch.kubernetes.io/job-name", "A.io/x", "controller.kubernetes.io/pod-deletion-cost", "kubernetes.io/config.mirror", "security.alpha.kubernetes.io/sysctls", "pod.beta.kubernetes.io/init-containers")
		}
		if g.chance(g.bad) {
			value = pick(g, "a b", long, "01", "-0", "+1", "99999999999", "-5")
		}
		out[key] = value
	}
	return out
}

func (g *grammar) number(name string) int64 {
	bad := g.chance(g.bad)
	switch last(name) {
	case "completions", "parallelism", "maxFailedIndexes":
		if bad {
			return pick[int64](g, -1, 10_001, 100_001, math.MaxInt32)
		}
		return pick[int64](g, 0, 1, 5, 100)
	case "containerPort", "hostPort", "port":
		if bad {
			return pick[int64](g, -1, 0, 65536)
		}
		return pick[int64](g, 80, 8080, 443)
	case "values":
		if bad {
			return pick[int64](g, 0, 1, -1)
		}
		return pick[int64](g, 1, 2, 3, 42)
	case "mode", "defaultMode":
		if bad {
			return pick[int64](g, -1, 0o1000, 0o1777)
		}
		return pick[int64](g, 0, 0o644, 0o777)
	case "successThreshold", "failureThreshold", "periodSeconds", "timeoutSeconds", "initialDelaySeconds":
		if bad {
			return pick[int64](g, -1, 2)
		}
		return pick[int64](g, 0, 1)
	}
	if bad {
		return pick[int64](g, -1, 0, math.MaxInt32)
	}
	return pick[int64](g, 0, 1, 6, 30, 3600)
}
