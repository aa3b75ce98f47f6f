package controlplane

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"sigs.k8s.io/yaml"
)

// applyManifests applies the shipped manifests through an overlay with as little in it as one machine allows: a Service
// that is localhost, the port of this gate, and the failure policies that a test asks for.
func (c *ControlPlane) applyManifests(ctx context.Context, port int, options GateOptions) error {
	root, err := Root()
	if err != nil {
		return err
	}
	overlay := filepath.Join(c.dir, "overlay")
	if err := os.MkdirAll(overlay, 0o755); err != nil {
		return err
	}
	shipped, err := relative(overlay, filepath.Join(root, "manifests", filepath.FromSlash(options.Overlay)))
	if err != nil {
		return err
	}
	kustomization, err := yaml.Marshal(overlayOf(shipped, port, options))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(overlay, "kustomization.yaml"), kustomization, 0o644); err != nil {
		return err
	}
	if result := c.Kubectl(ctx, "", "apply", "-k", overlay); result.Code != 0 {
		return fmt.Errorf("kubectl apply -k %s: %s", overlay, result.Output)
	}
	return nil
}

// relative is how kustomize wants another directory to be named, which it compares after following links.
func relative(from, to string) (string, error) {
	from, err := filepath.EvalSymlinks(from)
	if err != nil {
		return "", err
	}
	if to, err = filepath.EvalSymlinks(to); err != nil {
		return "", err
	}
	return filepath.Rel(from, to)
}

type object = map[string]any

func overlayOf(shipped string, port int, options GateOptions) object {
	return object{
		"apiVersion": "kustomize.config.k8s.io/v1beta1",
		"kind":       "Kustomization",
		"resources":  []any{shipped},
		"patches": []any{
			patchOf("Service", []any{
				object{"op": "replace", "path": "/spec", "value": object{"type": "ExternalName", "externalName": "localhost"}},
			}),
			patchOf("MutatingWebhookConfiguration", registrationPatch(port, options.MutatingFailurePolicy)),
			patchOf("ValidatingWebhookConfiguration", registrationPatch(port, options.ValidatingFailurePolicy)),
		},
	}
}

func registrationPatch(port int, failurePolicy string) []any {
	patch := []any{object{"op": "replace", "path": "/webhooks/0/clientConfig/service/port", "value": port}}
	if failurePolicy != "" {
		patch = append(patch, object{"op": "replace", "path": "/webhooks/0/failurePolicy", "value": failurePolicy})
	}
	return patch
}

func patchOf(kind string, operations []any) object {
	text, err := yaml.Marshal(operations)
	if err != nil {
		panic(err) // strings and ints only
	}
	return object{"target": object{"kind": kind, "name": gateName}, "patch": string(text)}
}
