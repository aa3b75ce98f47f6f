package parity

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
)

// cluster sends requests as kubectl does, without starting kubectl for each: a
// test compares the two.
type cluster struct {
	client *http.Client
	host   string
	audit  *auditLog
}

func newCluster(config *rest.Config, auditLog *auditLog) (*cluster, error) {
	config = rest.CopyConfig(config)
	client, err := rest.HTTPClientFor(config)
	if err != nil {
		return nil, err
	}
	return &cluster{client: client, host: config.Host, audit: auditLog}, nil
}

// response is what came back, with the body whole.
type response struct {
	*http.Response
	body []byte
}

func (c *cluster) do(ctx context.Context, call call) (response, error) {
	url := c.host + call.Path + "?" + call.Query.Encode()
	request, err := http.NewRequestWithContext(ctx, call.Method, url, bytes.NewReader(call.Body))
	if err != nil {
		return response{}, err
	}
	request.Header.Set("Content-Type", call.ContentType)
	request.Header.Set("Accept", "application/json")
	if call.User != admin {
		request.Header.Set("Impersonate-User", call.User)
		groups := call.Groups
		if groups == nil {
			groups = []string{"system:masters"}
		}
		for _, group := range groups {
			request.Header.Add("Impersonate-Group", group)
		}
	}
	answer, err := c.client.Do(request)
	if err != nil {
		return response{}, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	return response{answer, body}, err
}

// ask sends a request and reads everything that the answer and the audit log
// say. stored is the object as the API server sends it.
func (c *cluster) ask(ctx context.Context, call call) (a Answer, stored []byte, err error) {
	r, err := c.do(ctx, call)
	if crashed(err, r.body) {
		return Answer{Verdict: RefusedByKubernetes, Crashed: true}, nil, nil
	}
	if err != nil {
		return a, nil, err
	}
	if a.Warnings, err = warnings(r.Header); err != nil {
		return a, nil, err
	}
	if a.Audit, err = c.audit.annotations(r.Header.Get("Audit-Id")); err != nil {
		return a, nil, err
	}
	if r.StatusCode < 300 {
		a.Verdict = Allowed
		return a, r.body, nil
	}
	return a, nil, a.refused(r)
}

// remove deletes what was stored, if it was.
func (c *cluster) remove(ctx context.Context, stored []byte) error {
	var object metav1.PartialObjectMetadata
	if err := json.Unmarshal(stored, &object); err != nil {
		return err
	}
	r, err := c.do(ctx, call{
		Method:      http.MethodDelete,
		Path:        collection(object.Namespace, object.Kind) + "/" + object.Name,
		ContentType: "application/json",
		Body:        []byte(`{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background"}`),
		User:        admin,
	})
	if err == nil && r.StatusCode >= 300 {
		err = fmt.Errorf("delete %s/%s: %s: %s", object.Namespace, object.Name, r.Status, r.body)
	}
	return err
}

// refused reads why. Codes that say nothing about the object are errors.
func (a *Answer) refused(r response) error {
	var status metav1.Status
	if err := json.Unmarshal(r.body, &status); err != nil {
		return fmt.Errorf("status %d: %w: %s", r.StatusCode, err, r.body)
	}
	var causes []metav1.StatusCause
	if status.Details != nil {
		causes = status.Details.Causes
	}
	switch {
	case status.Code == http.StatusForbidden && strings.HasPrefix(status.Message, denied):
		a.Verdict, a.Message = RefusedByPolicy, strings.TrimPrefix(status.Message, denied)
		for _, cause := range causes {
			a.Causes = append(a.Causes, Cause{string(cause.Type), cause.Field, cause.Message})
		}
		return nil
	case status.Code == http.StatusBadRequest:
		a.Verdict, a.Causes = RefusedByKubernetes, fields(unknown(status.Message))
		return nil
	case status.Code == http.StatusConflict && strings.Contains(status.Message, ": uid mismatch: "):
		a.Verdict = RefusedByKubernetes
		return nil
	case status.Code == http.StatusUnprocessableEntity:
		var names []string
		for _, cause := range causes {
			names = append(names, cause.Field)
		}
		a.Verdict, a.Causes = RefusedByKubernetes, fields(names)
		return nil
	case status.Code == http.StatusInternalServerError && nameless(status.Message):
		a.Verdict, a.Nameless = RefusedByKubernetes, true
		return nil
	}
	return fmt.Errorf("status %d: %s", status.Code, status.Message)
}

const denied = `admission webhook "validate.batchgate.dev" denied the request: `

// warnings are the texts of Warning headers: 299 - "text".
func warnings(header http.Header) ([]string, error) {
	var texts []string
	for _, value := range header.Values("Warning") {
		_, quoted, ok := strings.Cut(value, " - ")
		text, err := strconv.Unquote(quoted)
		if !ok || err != nil {
			return nil, fmt.Errorf("warning header %q", value)
		}
		texts = append(texts, text)
	}
	return texts, nil
}
