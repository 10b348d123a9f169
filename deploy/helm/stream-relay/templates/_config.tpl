{{/*
/app/config/application.yaml of a tier: what the chart would have, under what `config` says, under the tier's `config`,
under what is the chart's to say (checks refuse that in `config`). Takes (dict "root" $ "tier" …).
*/}}
{{- define "stream-relay.config" -}}
{{- $values := index .root.Values .tier -}}
{{- $config := dict "spring" (dict "profiles" (dict "active" "production")) -}}
{{- $config = mergeOverwrite $config (deepCopy .root.Values.config) (deepCopy $values.config) -}}
{{- $config = mergeOverwrite $config (include "stream-relay.ownConfig" . | fromYaml) -}}
{{- toYaml $config -}}
{{- end -}}

{{- define "stream-relay.ownConfig" -}}
{{- $redis := .root.Values.redis -}}
{{- $outbox := .root.Values.outbox -}}
spring:
  config:
    # Files are properties: the passwords, mounted from Secrets.
    import: optional:configtree:/run/secrets/stream-relay/
  lifecycle:
    timeout-per-shutdown-phase: {{ include "stream-relay.phaseSeconds" . }}s
  datasource:
    {{- include "stream-relay.postgresqlConfig" .root | nindent 4 }}
  data:
    redis:
      {{- include "stream-relay.redisConfig" . | trim | nindent 6 }}
  {{- if $redis.tls.existingSecret }}
  ssl:
    bundle:
      pem:
        redis:
          truststore:
            certificate: file:/run/secrets/redis/ca.crt
  {{- end }}
  {{- if and $outbox.enabled (eq .tier "worker") }}
  kafka:
    bootstrap-servers: {{ $outbox.kafka.bootstrapServers | quote }}
    security:
      protocol: {{ $outbox.kafka.securityProtocol }}
  {{- end }}
management:
  server:
    address: 0.0.0.0
    port: {{ include "stream-relay.managementPort" . }}
{{- if eq .tier "gateway" }}
server:
  address: 0.0.0.0
  port: 8080
{{- end }}
relay:
  {{- if eq .tier "gateway" }}
  gateway:
    drain:
      notice: {{ .root.Values.gateway.drain.noticeSeconds }}s
      spread: {{ .root.Values.gateway.drain.spreadSeconds }}s
      rest: {{ .root.Values.gateway.drain.restSeconds }}s
  {{- else }}
  worker:
    slots: {{ .root.Values.worker.slots }}
    grace: {{ .root.Values.worker.graceSeconds }}s
  {{- end }}
  # Both tiers end turns, so both know who is told of it; only workers tell.
  {{- if $outbox.enabled }}
  outbox:
    enabled: true
    topic: {{ $outbox.topic | quote }}
  {{- end }}
  {{- with .root.Values.webhooks }}
  webhooks:
    {{- range $key, $webhook := . }}
    {{ $key }}:
      url: {{ $webhook.url | quote }}
      secret-file: /run/secrets/webhooks/{{ $key }}
      {{- if $webhook.previousSecretKey }}
      previous-secret-file: /run/secrets/webhooks/{{ $key }}.previous
      {{- end }}
    {{- end }}
  {{- end }}
{{- end -}}
