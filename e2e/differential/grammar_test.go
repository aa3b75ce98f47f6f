package differential

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"time"

	"github.com/batchgate/batchgate/policies/apiserver"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// grammar makes one object. It walks the API's types and fills each field from
// the values that fit its name: good ones, and, at the rate bad, others. What
// depends on more than one field is mended afterwards, unless the object is a
// wild one.
type grammar struct {
	*rand.Rand
	bad  float64 // how often a value is one to be refused
	full float64 // how often an optional field is set
	odd  float64 // how often JSON is written in an odd way
	wide bool    // whether fields that Validate does not cover are used
	wild bool    // whether nothing is mended
}

func newGrammar(seed, number uint64) *grammar {
	g := &grammar{Rand: rand.New(rand.NewPCG(seed, number))}
	g.bad = pick(g, 0, 0, 0.01, 0.03, 0.1, 0.4)
	g.full = pick(g, 0.04, 0.1, 0.2, 0.35)
	g.odd = pick(g, 0, 0, 0, 0.002, 0.02)
	g.wide = g.IntN(6) == 0
	g.wild = g.IntN(6) == 0
	return g
}

// document is one body, sent under one field validation.
type document struct {
	kind       string
	body       []byte
	validation apiserver.FieldValidation
}

func (g *grammar) document() document {
	out := document{kind: "Job", validation: apiserver.Strict}
	var object any
	if g.chance(0.5) {
		object = g.job()
	} else {
		out.kind, object = "CronJob", g.cronJob()
	}
	if g.odd > 0 {
		out.validation = pick(g, apiserver.Strict, apiserver.Warn, apiserver.Warn, apiserver.Ignore)
	}
	out.body = g.write(object)
	return out
}

func (g *grammar) chance(p float64) bool { return g.Float64() < p }

// sound tells whether to mend something.
func (g *grammar) sound() bool { return !g.wild && !g.chance(g.bad) }

func pick[T any](g *grammar, from ...T) T { return from[g.IntN(len(from))] }

// uncovered are the fields that NotCovered names.
func uncovered(field string) bool {
	switch field {
	case "affinity", "dnsConfig", "ephemeralContainers", "hostAliases", "hostnameOverride", "readinessGates",
		"resourceClaims", "topologySpreadConstraints", "appArmorProfile", "windowsOptions", "sysctls",
		"supplementalGroupsPolicy", "seLinuxChangePolicy":
		return true
	}
	return false
}

func (g *grammar) job() *batchv1.Job {
	job := &batchv1.Job{TypeMeta: metav1.TypeMeta{APIVersion: "batch/v1", Kind: "Job"}, ObjectMeta: g.meta()}
	g.fill(reflect.ValueOf(&job.Spec).Elem(), "spec")
	g.mend(&job.Spec)
	if g.chance(0.1) {
		g.fill(reflect.ValueOf(&job.Status).Elem(), "status")
	}
	return job
}

func (g *grammar) cronJob() *batchv1.CronJob {
	cron := &batchv1.CronJob{TypeMeta: metav1.TypeMeta{APIVersion: "batch/v1", Kind: "CronJob"}, ObjectMeta: g.meta()}
	g.fill(reflect.ValueOf(&cron.Spec).Elem(), "spec")
	cron.Spec.Schedule = g.text("spec.schedule")
	g.mend(&cron.Spec.JobTemplate.Spec)
	if g.sound() {
		cron.Spec.JobTemplate.Spec.Selector, cron.Spec.JobTemplate.Spec.ManualSelector = nil, nil
	}
	if g.chance(0.1) {
		g.fill(reflect.ValueOf(&cron.Status).Elem(), "status")
	}
	return cron
}

func (g *grammar) meta() metav1.ObjectMeta {
	m := metav1.ObjectMeta{Name: g.text("metadata.name"), Labels: g.pairs("labels"), Annotations: g.pairs("annotations")}
	if g.chance(0.2) {
		m.GenerateName = g.text("metadata.generateName")
		if g.chance(0.8) {
			m.Name = ""
		}
	}
	if g.chance(0.5) {
		m.Namespace = namespace
	}
	if g.chance(0.1) {
		m.Finalizers = []string{g.text("finalizers"), g.text("finalizers")}
	}
	if g.chance(0.1) {
		m.OwnerReferences = []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "Deployment", Name: "d", UID: "1"}}
		if g.chance(g.bad) {
			m.OwnerReferences = append(m.OwnerReferences, metav1.OwnerReference{Kind: "Event"})
		}
	}
	// What the API server wipes or overwrites.
	if g.chance(0.1) {
		then := metav1.NewTime(time.Unix(1_700_000_000, 0))
		grace := int64(5)
		m.UID, m.CreationTimestamp, m.DeletionTimestamp, m.DeletionGracePeriodSeconds = "other", then, &then, &grace
		m.SelfLink, m.Generation = "/x", pick[int64](g, 0, 7) //nolint:staticcheck // deprecated, and still wiped
		m.ManagedFields = []metav1.ManagedFieldsEntry{{Manager: "x"}}
	}
	return m
}

// fill sets a value by its type and by the name of its field and its parent's,
// "parent.field".
func (g *grammar) fill(v reflect.Value, name string) {
	switch v.Interface().(type) {
	case resource.Quantity:
		kind := "quantity"
		if last(name) == "divisor" {
			kind = name
		}
		v.Set(reflect.ValueOf(resource.MustParse(g.text(kind))))
		return
	case intstr.IntOrString:
		v.Set(reflect.ValueOf(pick(g, intstr.FromInt32(80), intstr.FromString(g.text("port")), intstr.FromInt32(int32(g.number("port"))))))
		return
	case corev1.ResourceList:
		list := corev1.ResourceList{}
		for range g.IntN(4) {
			list[corev1.ResourceName(g.text("resource"))] = resource.MustParse(g.text("quantity"))
		}
		v.Set(reflect.ValueOf(list))
		return
	case metav1.ObjectMeta:
		v.Set(reflect.ValueOf(metav1.ObjectMeta{Labels: g.pairs("labels"), Annotations: g.pairs("annotations")}))
		return
	case metav1.Time, metav1.MicroTime, metav1.FieldsV1:
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		g.structure(v, name)
	case reflect.Pointer:
		if g.chance(g.full) {
			v.Set(reflect.New(v.Type().Elem()))
			g.fill(v.Elem(), name)
		}
	case reflect.Slice:
		g.slice(v, name)
	case reflect.Map:
		if v.Type().Elem().Kind() == reflect.String && g.chance(g.full) {
			v.Set(reflect.ValueOf(g.pairs(last(name))).Convert(v.Type()))
		}
	case reflect.String:
		v.SetString(g.text(name))
	case reflect.Bool:
		v.SetBool(g.chance(0.5))
	case reflect.Int32, reflect.Int64:
		v.SetInt(g.number(name))
	}
}

func (g *grammar) slice(v reflect.Value, name string) {
	if v.Type().Elem().Kind() == reflect.Uint8 || !g.chance(g.full*2) && name != "spec.containers" && name != "projected.sources" {
		return
	}
	n := 1 + g.IntN(3)
	if many := strings.HasSuffix(name, "values") || strings.HasSuffix(name, "rules") || strings.HasSuffix(name, "Rules") || strings.HasSuffix(name, "onPodConditions"); many && g.chance(g.bad/2) {
		n = pick(g, 0, 21, 256)
	}
	v.Set(reflect.MakeSlice(v.Type(), n, n))
	for i := range n {
		g.fill(v.Index(i), name)
	}
}

func (g *grammar) structure(v reflect.Value, name string) {
	t := v.Type()
	switch t {
	case reflect.TypeFor[corev1.ProbeHandler](), reflect.TypeFor[corev1.LifecycleHandler](), reflect.TypeFor[corev1.EnvVarSource](), reflect.TypeFor[corev1.VolumeProjection]():
		g.union(v)
		return
	case reflect.TypeFor[corev1.Volume]():
		v.FieldByName("Name").SetString(g.text("volumes.name"))
		g.source(v.FieldByName("VolumeSource"))
		return
	}
	for i := range t.NumField() {
		field := t.Field(i)
		key, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		at := last(name) + "." + key
		if key == "" {
			at = name
		}
		if uncovered(key) && !g.wide || key == "scheduling" && g.chance(0.8) || !field.IsExported() {
			continue
		}
		kind := field.Type.Kind()
		optional := strings.Contains(options, "omitempty") && (kind == reflect.String || kind == reflect.Bool || kind == reflect.Int32 || kind == reflect.Int64)
		if optional && !g.chance(g.full*2) || !optional && g.chance(g.bad/2) {
			continue
		}
		g.fill(v.Field(i), at)
	}
}

// union sets one field of a struct, and at the rate bad none or two.
func (g *grammar) union(v reflect.Value) {
	n := 1
	if g.chance(g.bad) {
		n = pick(g, 0, 2)
	}
	for range n {
		g.member(v, g.IntN(v.NumField()))
	}
}

func (g *grammar) member(v reflect.Value, i int) {
	key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
	field := v.Field(i)
	field.Set(reflect.New(field.Type().Elem()))
	g.fill(field.Elem(), key)
}

// source gives a volume a source: one of those that are judged or, in a wide
// object, any.
func (g *grammar) source(v reflect.Value) {
	if g.wide && g.chance(0.3) {
		field, _ := v.Type().FieldByName("Projected")
		g.member(v, field.Index[0])
		return
	}
	if g.wide || g.chance(g.bad/2) {
		g.union(v)
		return
	}
	n := 1
	if g.chance(g.bad) {
		n = 2
	}
	for range n {
		name := pick(g, "EmptyDir", "HostPath", "Secret", "ConfigMap", "PersistentVolumeClaim", "")
		if field, ok := v.Type().FieldByName(name); ok {
			g.member(v, field.Index[0])
		}
	}
}

func last(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }
