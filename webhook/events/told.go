package events

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

const (
	maxPerObject = 12   // things told about one object in an hour
	maxTold      = 4096 // things remembered of an hour
)

// told is what was told in the present hour.
type told struct {
	hour  int64
	names map[string]bool
	about map[string]int // how much of each object
}

func hourOf(now time.Time) int64 { return now.Unix() / int64(time.Hour/time.Second) }

// turn forgets what was told before this hour.
func (t *told) turn(now time.Time) {
	if hour := hourOf(now); hour != t.hour || t.names == nil {
		*t = told{hour: hour, names: map[string]bool{}, about: map[string]int{}}
	}
}

func (t *told) has(name string, now time.Time) bool {
	t.turn(now)
	return t.names[name]
}

// full reports whether enough has been told about an object, or at all.
func (t *told) full(about corev1.ObjectReference, now time.Time) bool {
	t.turn(now)
	return len(t.names) >= maxTold || t.about[identity(about)] >= maxPerObject
}

func (t *told) add(name string, about corev1.ObjectReference, now time.Time) {
	t.turn(now)
	t.names[name] = true
	t.about[identity(about)]++
}

func identity(o corev1.ObjectReference) string {
	return strings.Join([]string{o.Namespace, o.Kind, o.Name, string(o.UID)}, "/")
}

// name is the same for the same thing about the same object in the same hour.
func (e event) name(now time.Time) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{
		identity(e.about), e.reason, e.key, strconv.FormatInt(hourOf(now), 10),
	}, "\n")))
	return e.about.Name + "." + hex.EncodeToString(sum[:8])
}
