package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/yaml"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/manifest"
	"github.com/batchgate/batchgate/policies/config"
	"github.com/batchgate/batchgate/policies/source"
)

const (
	contextKind  = "Context"
	contextGroup = "batchgate.dev/v1alpha1"
)

// clusterContext is what a file of `snapshot` says.
type clusterContext struct {
	APIVersion string           `json:"apiVersion"`
	Kind       string           `json:"kind"`
	Metadata   contextMetadata  `json:"metadata"`
	Policy     *contextPolicy   `json:"policy,omitempty"`
	Objects    []map[string]any `json:"objects"` // Namespaces, LimitRanges, ResourceQuotas
}

type contextMetadata struct {
	Taken      time.Time `json:"taken"`
	Kubernetes string    `json:"kubernetes"`
}

// contextPolicy is the policy in force: a preset, or the files of a directory.
type contextPolicy struct {
	Preset string            `json:"preset,omitempty"`
	Files  map[string]string `json:"files,omitempty"`
}

// add takes an object with nothing but what a check reads.
func (c *clusterContext) add(kind string, _ runtime.Object, meta metav1.ObjectMeta, more map[string]any) {
	named := map[string]any{"name": meta.Name}
	if meta.Namespace != "" {
		named["namespace"] = meta.Namespace
	}
	if kind == "Namespace" {
		if len(meta.Labels) > 0 {
			named["labels"] = meta.Labels
		}
		annotations := map[string]string{}
		for key, value := range meta.Annotations {
			if key != corev1.LastAppliedConfigAnnotation {
				annotations[key] = value
			}
		}
		if len(annotations) > 0 {
			named["annotations"] = annotations
		}
	}
	object := map[string]any{"apiVersion": "v1", "kind": kind, "metadata": named}
	for key, value := range more {
		object[key] = value
	}
	c.Objects = append(c.Objects, object)
}

// encode is the file, in an order that does not depend on the cluster.
func (c *clusterContext) encode() ([]byte, error) {
	c.APIVersion, c.Kind = contextGroup, contextKind
	slices.SortFunc(c.Objects, func(a, b map[string]any) int {
		return strings.Compare(orderOf(a), orderOf(b))
	})
	return yaml.Marshal(c)
}

func orderOf(object map[string]any) string {
	meta, _ := object["metadata"].(map[string]any)
	kind := map[any]string{"Namespace": "0", "LimitRange": "1", "ResourceQuota": "2"}[object["kind"]]
	home := meta["namespace"]
	if home == nil {
		home = meta["name"]
	}
	return fmt.Sprint(home, "\x00", kind, "\x00", meta["name"])
}

func (c *clusterContext) summary() string {
	counts := map[any]int{}
	for _, o := range c.Objects {
		counts[o["kind"]]++
	}
	policy := "no policy"
	switch {
	case c.Policy == nil:
	case len(c.Policy.Files) > 0:
		policy = "a policy of " + plural(len(c.Policy.Files), "file")
	default:
		policy = "the preset " + cmp.Or(c.Policy.Preset, "recommended")
	}
	return fmt.Sprintf("%s, %s, %s and %s", plural(counts["Namespace"], "Namespace"), plural(counts["LimitRange"], "LimitRange"),
		plural(counts["ResourceQuota"], "ResourceQuota"), policy)
}

// readContext reads a file of `snapshot`.
func readContext(path string) (*clusterContext, error) {
	text, err := manifest.ReadFile(path, maxContext>>20)
	if err != nil {
		return nil, fmt.Errorf("--context %s: %w; batchgate snapshot writes one", path, err)
	}
	c := &clusterContext{}
	var head struct{ APIVersion, Kind any }
	if err := yaml.Unmarshal(text, &head); err != nil {
		return nil, fmt.Errorf("--context %s: %w", path, err)
	}
	if head.Kind != contextKind || head.APIVersion != contextGroup {
		hint := ""
		if kind, _ := head.Kind.(string); config.Nearest(kind, []string{"Config"}) != "" {
			hint = "; a context of a kubeconfig is for batchgate snapshot --kube-context"
		}
		return nil, fmt.Errorf("--context %s: is a %v of %v, expected a %s of %s, as batchgate snapshot writes it%s", path, head.Kind, head.APIVersion, contextKind, contextGroup, hint)
	}
	if err := yaml.UnmarshalStrict(text, c); err != nil {
		return nil, fmt.Errorf("--context %s: %w", path, err)
	}
	if c.Policy != nil && c.Policy.Preset != "" && !slices.Contains(source.Presets(), c.Policy.Preset) {
		hint := ""
		if near := config.Nearest(c.Policy.Preset, source.Presets()); near != "" {
			hint = fmt.Sprintf("; did you mean %q?", near)
		}
		return nil, fmt.Errorf("--context %s: policy.preset: there is no preset %q, expected %s%s", path, c.Policy.Preset, strings.Join(source.Presets(), ", "), hint)
	}
	return c, nil
}

// complete adds what a file knows to what the documents say. Where both know an
// object, the document counts: it is what is about to be applied.
func (s *surroundings) complete(ctx context.Context, path string, c *clusterContext) error {
	list, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": c.Objects})
	if err != nil {
		return err
	}
	for doc, err := range (manifest.Reader{}).Documents(ctx, manifest.File{Path: path}, list) {
		if err != nil {
			return fmt.Errorf("--context %w", err)
		}
		if !isContext(doc) {
			return fmt.Errorf("--context %s: objects: there is a %s, expected Namespaces, LimitRanges and ResourceQuotas", path, doc.Kind)
		}
		home := s.home(doc.Namespace)
		if doc.Kind == "Namespace" {
			home = ""
			s.known[doc.Name] = true
		}
		if _, told := s.seen[doc.Kind+" "+home+"/"+doc.Name]; told {
			continue
		}
		if err := s.take(doc); err != nil {
			return fmt.Errorf("--context %s: %s %s: %w", path, doc.Kind, doc.Name, err)
		}
	}
	return nil
}

// policyDir writes the policy of a file to a directory, which the caller removes. It
// is empty where the file has no files.
func (c *clusterContext) policyDir() (dir string, err error) {
	if c.Policy == nil || len(c.Policy.Files) == 0 {
		return "", nil
	}
	if dir, err = os.MkdirTemp("", "batchgate-policy-"); err != nil {
		return "", err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return dir, err
	}
	defer root.Close()
	for name, text := range c.Policy.Files {
		if !filepath.IsLocal(name) {
			return dir, fmt.Errorf("policy.files: %q is no path below the policy", name)
		}
		if err := root.MkdirAll(filepath.Dir(filepath.FromSlash(name)), 0o700); err != nil {
			return dir, err
		}
		if err := root.WriteFile(filepath.FromSlash(name), []byte(text), 0o600); err != nil {
			return dir, err
		}
	}
	return dir, nil
}
