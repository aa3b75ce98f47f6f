{{/* The labels of every object. */}}
{{- define "batchgate.labels" -}}
app.kubernetes.io/name: batchgate
app.kubernetes.io/part-of: batchgate
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
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
{{- $file := .Values.policy.file | fromYaml -}}
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
{{- .Values.policy.file | trimSuffix "\n" }}
{{- if not (hasKey (.Values.policy.file | fromYaml) "excludeNamespaces") }}
excludeNamespaces: {{ $excluded }}
{{- end }}
{{- else -}}
apiVersion: batchgate.dev/v1alpha1
kind: BatchPolicy
metadata: {name: batchgate}
extends: {{ .Values.policy.preset }}
maxMode: {{ .Values.policy.maxMode }}
# The namespaceSelectors of both webhook configurations have the same list.
excludeNamespaces: [{{ join ", " ($excluded | fromJsonArray) }}]
{{- end }}
{{- end }}
