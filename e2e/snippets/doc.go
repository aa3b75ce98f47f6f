// Package snippets runs what the README tells people to paste: the steps of a GitHub workflow through action.yml, the script
// of a GitLab job, the hooks of pre-commit, and pipes from the real Helm and the real Kustomize. What a hosted runner does
// beside running a script (checking out, setting up Go, uploading) is not done here.
package snippets
