package controlplane

import (
	"fmt"
	"time"
)

// Stop ends the gate as a Pod is ended: SIGTERM, then the shipped grace period.
func (g *Gate) Stop() error {
	if g.process.ended() != nil {
		return nil
	}
	return g.process.stop(30 * time.Second)
}

// Kill ends the gate with kill -9.
func (g *Gate) Kill() error { return g.process.kill() }

// Restart starts a gate that has ended again, with the same command line. It does not wait until the gate is ready.
func (g *Gate) Restart() error {
	if g.process.ended() == nil {
		return fmt.Errorf("%s still runs, expected it to have ended", g.process.name)
	}
	again, err := g.process.start()
	if err != nil {
		return err
	}
	g.process = again
	return nil
}

// Reconfigure changes what the next Restart runs: policy and arguments, as another Pod template does.
func (g *Gate) Reconfigure(options GateOptions) {
	g.process.args = append(g.args(options), options.Args...)
}

// Running is nil while the gate runs, and otherwise says how it ended.
func (g *Gate) Running() error { return g.process.ended() }

// Ended is closed when the gate ends. After a Restart it is another one.
func (g *Gate) Ended() <-chan struct{} { return g.process.done }

// Pid is the process id of the gate.
func (g *Gate) Pid() int { return g.process.pid() }
