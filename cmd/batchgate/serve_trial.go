package main

import (
	"fmt"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/batchgate/batchgate/cmd/batchgate/internal/trial"
)

// tryVerb is what serve starts itself with; nobody else has a use for it.
const tryVerb = "try-policy"

// trialShare of the memory limit is for a trial: the server needs little of it while no
// large reviews are held, and what a trial takes the set may take here as well.
const trialShare = 2

// trials are in this program, started once more.
func trials() (trial.Process, error) {
	program, err := os.Executable()
	if err != nil {
		return trial.Process{}, fmt.Errorf("where this program lies, which tries policies in another process: %w", err)
	}
	limit := debug.SetMemoryLimit(-1)
	return trial.Process{Program: program, Args: []string{tryVerb}, Memory: min(limit/trialShare, trial.MostMemory), Time: trial.MostTime}, nil
}

func newTry(streams ioStreams) *cobra.Command {
	return &cobra.Command{
		Use:    tryVerb + " BYTES TIME POLICY",
		Short:  "Try a policy for serve, within bounds",
		Hidden: true,
		Args:   cobra.ExactArgs(3),
		RunE: func(cmd *cobra.Command, args []string) error {
			return trial.Serve(cmd.Context(), args, streams.In, streams.Out)
		},
	}
}
