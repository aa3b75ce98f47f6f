package parity

// failurePolicy is mostly one rule, sometimes a list in which a rule takes what
// a later one is for, and sometimes nothing.
func (g *grammar) failurePolicy() object {
	switch g.rand.IntN(10) {
	case 0:
		return object{"rules": []any{}}
	case 1, 2:
		return object{"rules": []any{
			of(g, object{"action": "Ignore", "onPodConditions": []any{object{"type": "DisruptionTarget"}}}, g.failureRule()),
			object{"action": of(g, "FailJob", "Count"), "onExitCodes": object{"operator": "NotIn", "values": []any{0}}},
			g.failureRule(),
		}}
	}
	return object{"rules": []any{g.failureRule()}}
}

func (g *grammar) failureRule() object {
	rule := object{"action": odd(g, of(g, "FailJob", "FailJob", "Ignore", "Count"), "Explode", "FailIndex")}
	if g.chance(60) {
		rule["onExitCodes"] = object{
			"operator": odd(g, of(g, "In", "In", "NotIn"), "Is"),
			"values":   odd[any](g, of(g, []any{1}, []any{42, 43}, []any{137}, []any{42, 143}), []any{}, []any{2, 1}, []any{0}),
		}
		g.maybe(40, rule["onExitCodes"].(object), "containerName", func() any { return odd(g, of(g, "main", "main", "prepare"), "nobody") })
	} else {
		rule["onPodConditions"] = []any{object{"type": of(g, "DisruptionTarget", "DisruptionTarget", "ConfigIssue")}}
	}
	return rule
}

// restarts are what a container says itself about being started again.
func (g *grammar) restarts(c object) {
	c["restartPolicy"] = of(g, "Always", "OnFailure", "OnFailure", "Never")
	g.maybe(60, c, "restartPolicyRules", func() any {
		return []any{object{
			"action":    odd(g, of(g, "Restart", "Restart", "RestartAllContainers"), "Stop"),
			"exitCodes": object{"operator": of(g, "In", "NotIn"), "values": of(g, []any{0}, []any{42}, []any{0, 42})},
		}}
	})
}
