{{/* metadata of what the Prometheus Operator reads, which finds it by labels. Takes the root. */}}
{{- define "stream-relay.monitorMetadata" -}}
metadata:
  name: {{ include "stream-relay.fullname" . }}
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "stream-relay.labels" (dict "root" . "component" "metrics") | nindent 4 }}
    {{- with .Values.metrics.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}
