{{/*
Rules that several NetworkPolicies have. All but egress take the root.
*/}}

{{/* (dict "to" peers "ports" numbers); without peers: any address */}}
{{- define "stream-relay.egress" -}}
- ports:
    {{- range .ports }}
    - {protocol: TCP, port: {{ int . }}}
    {{- end }}
  {{- with .to }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "stream-relay.toNames" -}}
- ports:
    - {protocol: UDP, port: 53}
    - {protocol: TCP, port: 53}
  {{- with .Values.networkPolicy.dnsTo }}
  to:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "stream-relay.toDemo" -}}
- podSelector:
    matchLabels:
      {{- include "stream-relay.selectorLabels" . | nindent 6 }}
{{- end -}}

{{- define "stream-relay.toRedis" -}}
{{- $to := .Values.networkPolicy.redisTo -}}
{{- if .Values.demo.enabled -}}
{{- $to = include "stream-relay.toDemo" (dict "root" . "component" "demo-redis") | fromYamlArray -}}
{{- end -}}
{{- include "stream-relay.egress" (dict "to" $to "ports" (include "stream-relay.redisPorts" . | fromJsonArray)) -}}
{{- end -}}

{{- define "stream-relay.toPostgresql" -}}
{{- $to := .Values.networkPolicy.postgresqlTo -}}
{{- if .Values.demo.enabled -}}
{{- $to = include "stream-relay.toDemo" (dict "root" . "component" "demo-postgresql") | fromYamlArray -}}
{{- end -}}
{{- include "stream-relay.egress" (dict "to" $to "ports" (list (include "stream-relay.postgresqlPort" .))) -}}
{{- end -}}

{{- define "stream-relay.toStores" -}}
{{ include "stream-relay.toNames" . }}
{{ include "stream-relay.toRedis" . }}
{{ include "stream-relay.toPostgresql" . }}
{{- end -}}

{{- define "stream-relay.scrapes" -}}
{{- with .Values.networkPolicy.prometheusFrom -}}
- ports: [{protocol: TCP, port: management}]
  from:
    {{- toYaml . | nindent 4 }}
{{- end -}}
{{- end -}}
