{{/* The labels of every object. */}}
{{- define "batchgate.labels" -}}
app.kubernetes.io/name: batchgate
app.kubernetes.io/part-of: batchgate
app.kubernetes.io/instance: {{ .Release.Name | toYaml }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{/* The labels of every object and those of a user, a list of both: of a key that both have, the user's. */}}
{{- define "batchgate.labelsAnd" -}}
{{- $labels := include "batchgate.labels" (first .) -}}
{{- with last . -}}
{{- $labels = merge (deepCopy .) (fromYaml $labels) | toYaml -}}
{{- end -}}
{{ $labels }}
{{- end }}

{{/* The image, by digest where there is one. */}}
{{- define "batchgate.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Chart.AppVersion }}
{{- end }}
{{- end }}
{{- end }}

{{/* The excluded namespaces as JSON: those of policy.file if it has any, else the value and the release's own. */}}
{{- define "batchgate.excluded" -}}
{{- $file := .Values.policy.file | default "" | fromYaml -}}
{{- if hasKey $file "excludeNamespaces" -}}
{{- $file.excludeNamespaces | toJson -}}
{{- else -}}
{{- append .Values.excludeNamespaces .Release.Namespace | uniq | toJson -}}
{{- end }}
{{- end }}

{{/* The text of policy.yaml. */}}
{{- define "batchgate.policy" -}}
{{- $excluded := include "batchgate.excluded" . -}}
{{- if .Values.policy.file -}}
{{- $file := .Values.policy.file | default "" | fromYaml -}}
{{- $modes := dict "audit" 1 "warn" 2 "enforce" 3 -}}
{{- $most := .Values.policy.maxMode -}}
{{- $capped := lt (get $modes $most) (get $modes ($file.maxMode | default "enforce" | toString) | default 3) -}}
{{- $text := .Values.policy.file | trimSuffix "\n" -}}
{{- if and $capped (hasKey $file "maxMode") -}}
{{- $text = regexReplaceAll `(?m)^maxMode:.*$` $text (printf "maxMode: %s" $most) -}}
{{- else if $capped -}}
{{- $text = printf "%s\nmaxMode: %s" $text $most -}}
{{- end -}}
{{- if not (hasKey $file "excludeNamespaces") -}}
{{- $text = printf "%s\nexcludeNamespaces: %s" $text $excluded -}}
{{- end -}}
{{- $made := fromYaml $text -}}
{{- if and $capped (ne ($made.maxMode | toString) $most) -}}
{{- fail (printf "policy.maxMode is %s, which cannot be written into policy.file: expected maxMode there as a line of its own, or not at all" $most) -}}
{{- end -}}
{{- if not (hasKey $made "excludeNamespaces") -}}
{{- fail "excludeNamespaces cannot be written into policy.file: expected a file with one key a line, or excludeNamespaces in it" -}}
{{- end -}}
{{ $text }}
{{- else -}}
apiVersion: batchgate.dev/v1alpha1
kind: BatchPolicy
metadata: {name: batchgate}
extends: {{ .Values.policy.preset }}
maxMode: {{ .Values.policy.maxMode }}
{{- $names := list -}}
{{- range $excluded | fromJsonArray -}}
{{- $names = append $names (toYaml .) -}}
{{- end }}
# The namespaceSelectors of both webhook configurations have the same list.
excludeNamespaces: [{{ join ", " $names }}]
{{- end }}
{{- end }}

{{/* An amount of memory in bytes, of Kubernetes or of Go; empty where it cannot be told. */}}
{{- define "batchgate.bytes" -}}
{{- if kindIs "string" . -}}
{{- $number := regexFind `^[0-9]+([.][0-9]+)?` . -}}
{{- $unit := trimPrefix $number . -}}
{{- $units := dict "" 1 "B" 1 "k" 1e3 "M" 1e6 "G" 1e9 "T" 1e12 "Ki" 1024 "KiB" 1024 "Mi" 1048576 "MiB" 1048576 "Gi" 1073741824 "GiB" 1073741824 "Ti" 1099511627776 -}}
{{- if and $number (hasKey $units $unit) -}}
{{- printf "%.0f" (mulf (float64 $number) (get $units $unit)) -}}
{{- end -}}
{{- else -}}
{{- printf "%.0f" (float64 .) -}}
{{- end -}}
{{- end }}
