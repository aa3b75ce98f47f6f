package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// kubernetes is the version whose API server is predicted.
const kubernetes = "1.37"

// version is what the linker is told (-X main.version=…); empty for `go install`.
var version string

// ownVersion is that of this build, as the linker, the module system or git
// knows it.
func ownVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok && version == "" {
		return cmp.Or(info.Main.Version, "(devel)")
	}
	return cmp.Or(version, "(devel)")
}

// moduleVersion is that of a module which this build holds.
func moduleVersion(path string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	for _, module := range info.Deps {
		if module.Path == path {
			if module.Replace != nil {
				module = module.Replace
			}
			return module.Version
		}
	}
	return "unknown"
}

func newVersion(streams ioStreams) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of batchgate and of what it is built on",
		Args:  cobra.NoArgs,
		Run: func(*cobra.Command, []string) {
			fmt.Fprintf(streams.Out, "batchgate  %s\nkubernetes %s\ngo         %s\nopa        %s\n",
				ownVersion(), kubernetes, runtime.Version(), moduleVersion("github.com/open-policy-agent/opa"))
		},
	}
}
