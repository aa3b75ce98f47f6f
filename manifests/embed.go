// Package manifests is the part of the installation that programs compare a
// cluster with: the two webhook configurations as base ships them.
//
// It knows nothing of clusters.
package manifests

import _ "embed"

// MutatingWebhook is base/mutating-webhook.yaml.
//
//go:embed base/mutating-webhook.yaml
var MutatingWebhook []byte

// ValidatingWebhook is base/validating-webhook.yaml.
//
//go:embed base/validating-webhook.yaml
var ValidatingWebhook []byte
