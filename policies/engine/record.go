package engine

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/batchgate/batchgate/policies/config"
)

// RecordAnnotation holds what was filled in: a JSON object of field path to
// value, on the object's own metadata. It is a note to people, never evidence.
const RecordAnnotation = "batchgate.dev/filled"

func (s *subject) recordPath() []string {
	return []string{s.root(), "metadata", "annotations", RecordAnnotation}
}

// record is the annotation's new value as a JSON string, nil to leave it; or
// remove is set, because what is there was written by an author.
func (e *Engine) record(s *subject, changes []Change) (value json.RawMessage, remove bool) {
	if e.policy.RecordFills != config.RecordAnnotation {
		return nil, false
	}
	present, has := s.object.Annotation(RecordAnnotation)
	forged := has && s.req.Operation == Create && s.object.AuthorSent(RecordAnnotation)
	if len(changes) == 0 {
		return nil, forged
	}
	entries := map[string]json.RawMessage{}
	switch {
	case s.req.Operation == Update:
		before, _ := s.old.Annotation(RecordAnnotation)
		entries = s.stillTrue(before)
	case has && !forged: // this webhook is asked a second time about one CREATE
		entries = decodeRecord(present)
	}
	for _, c := range changes {
		entries[c.Field] = c.To
	}
	encoded, err := json.Marshal(entries)
	if err != nil {
		return nil, false
	}
	if annotationsWith(s.req.Object, len(encoded)) > maxAnnotations {
		return nil, forged
	}
	value, err = json.Marshal(string(encoded))
	if err != nil {
		return nil, false
	}
	return value, false
}

// maxAnnotations is what all annotations of an object may take together
// (TotalAnnotationSizeLimitB in k8s.io/apimachinery/pkg/api/validation). A
// record that makes an object invalid would be worse than none.
const maxAnnotations = 256 << 10

// annotationsWith is at least what the annotations of an object take together
// with a record of that size.
func annotationsWith(object []byte, record int) int {
	record += len(RecordAnnotation)
	if len(object)+record <= maxAnnotations {
		return len(object) + record // nearly always: they are a part of it
	}
	var o struct {
		Metadata struct {
			Annotations map[string]string `json:"annotations"`
		} `json:"metadata"`
	}
	if json.Unmarshal(object, &o) != nil {
		return maxAnnotations + 1
	}
	for key, value := range o.Metadata.Annotations {
		if key != RecordAnnotation {
			record += len(key) + len(value)
		}
	}
	return record
}

// recordOf is the record of some changes, as the audit trail shows it.
func recordOf(changes []Change) string {
	entries := make(map[string]json.RawMessage, len(changes))
	for _, c := range changes {
		entries[c.Field] = c.To
	}
	encoded, err := json.Marshal(entries)
	if err != nil {
		return ""
	}
	return Bounded(OneLine(string(encoded)), maxAudit)
}

func decodeRecord(text string) map[string]json.RawMessage {
	var entries map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &entries) != nil || entries == nil {
		return map[string]json.RawMessage{}
	}
	return entries
}

// stillTrue keeps of an older record what the object still says.
func (s *subject) stillTrue(text string) map[string]json.RawMessage {
	entries := decodeRecord(text)
	if len(entries) == 0 {
		return entries
	}
	decoder := json.NewDecoder(bytes.NewReader(s.req.Object))
	decoder.UseNumber()
	var object any
	if decoder.Decode(&object) != nil {
		return map[string]json.RawMessage{}
	}
	for field, value := range entries {
		now, err := json.Marshal(at(object, field))
		if err != nil || !bytes.Equal(now, value) {
			delete(entries, field)
		}
	}
	return entries
}

// at is the value at a field path as the record writes it:
// spec.containers[0].resources.limits[nvidia.com/gpu].
func at(value any, field string) any {
	for field != "" {
		var token string
		if field[0] == '[' {
			token, field, _ = strings.Cut(field[1:], "]")
		} else {
			end := strings.IndexAny(field, ".[")
			if end < 0 {
				end = len(field)
			}
			token, field = field[:end], field[end:]
		}
		field = strings.TrimPrefix(field, ".")
		switch v := value.(type) {
		case map[string]any:
			value = v[token]
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || i < 0 || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}
