package catalogue

import "github.com/open-policy-agent/opa/v1/topdown"

func topdownContext() topdown.BuiltinContext { return topdown.BuiltinContext{} }
