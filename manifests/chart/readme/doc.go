// Package readme writes the page of the Helm chart: how it is installed, and a row for each of its values, which are
// described where they are (values.yaml). It reads a chart and writes no files.
package readme

//go:generate go run ./internal/generate ../batchgate
