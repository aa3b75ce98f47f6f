package parity

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync"

	auditv1 "k8s.io/apiserver/pkg/apis/audit/v1"
)

// auditPolicy records what the gate's annotations need and no more: the log of
// a long run must fit into one file.
const auditPolicy = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
  - level: Metadata
    verbs: [create, patch]
    resources: [{group: batch}]
  - level: None
`

// auditLog reads the API server's audit log once, however often it is asked.
// An event is in the file before its answer is sent.
type auditLog struct {
	mu     sync.Mutex
	file   *os.File
	lines  *bufio.Reader
	half   []byte
	events map[string]map[string]string // not asked for yet, by audit id
}

func openAuditLog(path string) (*auditLog, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return &auditLog{file: file, lines: bufio.NewReader(file), events: map[string]map[string]string{}}, nil
}

func (l *auditLog) Close() error { return l.file.Close() }

// annotations are those of the gate's webhooks in the event of a request.
func (l *auditLog) annotations(id string) (map[string]string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.events[id]; !ok {
		if err := l.catchUp(); err != nil {
			return nil, err
		}
	}
	event, ok := l.events[id]
	if !ok {
		return nil, fmt.Errorf("no audit event %s", id)
	}
	delete(l.events, id)
	for key, value := range event {
		if strings.HasPrefix(key, "failed-open.") {
			return nil, fmt.Errorf("the gate did not answer: %s: %s", key, value)
		}
	}
	ours := map[string]string{}
	for key, value := range event {
		if strings.HasPrefix(key, "mutate.batchgate.dev/") || strings.HasPrefix(key, "validate.batchgate.dev/") {
			ours[key] = value
		}
	}
	return ours, nil
}

// catchUp reads what was written since the last time.
func (l *auditLog) catchUp() error {
	for {
		line, err := l.lines.ReadBytes('\n')
		l.half = append(l.half, line...)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var event auditv1.Event
		if err := json.Unmarshal(l.half, &event); err != nil {
			return fmt.Errorf("audit log: %w", err)
		}
		l.half = l.half[:0]
		l.events[string(event.AuditID)] = event.Annotations
	}
}
