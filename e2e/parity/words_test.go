package parity

// command is what a container runs: mostly right, and often in the ways in which
// people get it wrong. Kubernetes takes all of them.
func (g *grammar) command() []any {
	return of(g,
		[]any{"sh", "-c", "exit 0"},
		[]any{"sh", "-c", "exit 0"},
		[]any{"sh", "-c", "echo <hello> && sleep 1"},
		[]any{"/bin/bash", "-euc", "for i in 1 2 3; do work \"$i\"; done | tee log"},
		[]any{"python3", "-m", "work", "--index", "$(JOB_COMPLETION_INDEX)"},
		[]any{"sh", "-c", "work $JOB_COMPLETION_INDEX"},
		[]any{"sh", "-c", "work; wget -qO- --post-data= http://localhost:15020/quitquitquit"},
		[]any{"“echo”", "“Hello", "Job!”"},
		[]any{"work", "–fast"},
		[]any{"work", "it’s"},
		[]any{"echo hello"},
		[]any{"echo", "a", "&&", "echo", "b"},
		[]any{"work", "|", "tee", "log"},
		[]any{"work", ">", "log"},
		[]any{"work", "$HOME"},
		[]any{"work", "$(NOBODY)"},
		[]any{"work", "$$(NOBODY)"},
		[]any{""},
		[]any{"sleep", "infinity"},
		[]any{"tail", "-f", "/dev/null"},
		[]any{"sh", "-c", "tail -f /dev/null"},
		[]any{"while true; do work; done"},
	)
}

// beside is a second container: part of the work, or something that serves it
// and never ends.
func (g *grammar) beside(mounts bool) object {
	c := g.container(odd(g, of(g, "helper", "istio-proxy", "fluent-bit", "cloud-sql-proxy", "proxy"), "main", "", "Not_A_Name").(string), mounts)
	if c["name"] == "proxy" {
		c["image"] = of(g, "registry.example.com/envoy:v1.30", "gcr.io/cloud-sql-connectors/cloud-sql-proxy:2.11.0")
	}
	return c
}

// injected are annotations that make others add containers.
func (g *grammar) injected() object {
	return of(g,
		object{"linkerd.io/inject": "enabled"},
		object{"linkerd.io/inject": "enabled", "config.beta.linkerd.io/proxy-enable-native-sidecar": "true"},
		object{"sidecar.istio.io/inject": "false"},
		object{"sidecar.istio.io/inject": "true", "sidecar.istio.io/nativeSidecar": "false"},
		object{"vault.hashicorp.com/agent-inject": "true"},
		object{"vault.hashicorp.com/agent-inject": "true", "vault.hashicorp.com/agent-pre-populate-only": "true"},
		object{"dapr.io/enabled": "true", "dapr.io/app-id": "report"},
	)
}
