// Package monitoring carries what is kept once to where it is needed: the alerts into the PrometheusRule of
// components/monitoring, alerts and dashboard into the chart. It knows where these files lie and not what is in them.
package monitoring

//go:generate go run ./internal/generate ..
