{{/*
Where Redis and PostgreSQL are: properties of Spring Boot, as YAML. Both take (dict "root" $ "tier" …).
*/}}

{{- define "stream-relay.redisUrl" -}}
{{- if .Values.demo.enabled -}}
redis://{{ include "stream-relay.fullname" . }}-demo-redis:6379
{{- else -}}
{{- .Values.redis.url -}}
{{- end -}}
{{- end -}}

{{/* host:port of the URL */}}
{{- define "stream-relay.redisAddress" -}}
{{- $host := (urlParse (include "stream-relay.redisUrl" .)).host -}}
{{- if regexMatch ":[0-9]+$" $host }}{{ $host }}{{ else }}{{ $host }}:6379{{ end -}}
{{- end -}}

{{/* As seen from another namespace: a Service's bare name gets that of the release. */}}
{{- define "stream-relay.redisAddressForOthers" -}}
{{- $address := include "stream-relay.redisAddress" . -}}
{{- if contains "." $address }}{{ $address }}{{ else }}{{ $address | replace ":" (printf ".%s:" .Release.Namespace) }}{{ end -}}
{{- end -}}

{{- define "stream-relay.redisEncrypted" -}}
{{- if or .Values.redis.tls.enabled (hasPrefix "rediss:" (include "stream-relay.redisUrl" .)) }}true{{ end -}}
{{- end -}}

{{- define "stream-relay.redisConfig" -}}
{{- $redis := .root.Values.redis -}}
{{- if $redis.sentinel.master }}
sentinel:
  master: {{ $redis.sentinel.master }}
  nodes: {{ toJson $redis.sentinel.nodes }}
{{- else if $redis.cluster.nodes }}
cluster:
  nodes: {{ toJson $redis.cluster.nodes }}
{{- else }}
{{- $address := include "stream-relay.redisAddress" .root }}
host: {{ regexReplaceAll ":[0-9]+$" $address "" | quote }}
port: {{ regexFind "[0-9]+$" $address }}
{{- with trimPrefix "/" (urlParse (include "stream-relay.redisUrl" .root)).path }}
database: {{ . }}
{{- end }}
{{- end }}
{{- if $redis.existingSecret }}
username: {{ (index $redis .tier).username | quote }}
{{- end }}
{{- if include "stream-relay.redisEncrypted" .root }}
ssl:
  enabled: true
  {{- if $redis.tls.existingSecret }}
  bundle: redis
  {{- end }}
{{- end }}
{{- end -}}

{{- define "stream-relay.postgresqlConfig" -}}
{{- if .Values.demo.enabled -}}
url: jdbc:postgresql://{{ include "stream-relay.fullname" . }}-demo-postgresql:5432/relay
username: relay
{{- else -}}
url: {{ .Values.postgresql.url | quote }}
{{- end }}
{{- end -}}

{{- define "stream-relay.postgresqlPort" -}}
{{- $found := regexFind "//[^/?]*:[0-9]+" .Values.postgresql.url -}}
{{- if $found }}{{ regexFind "[0-9]+$" $found }}{{ else }}5432{{ end -}}
{{- end -}}

{{/* Ports at which Redis is spoken to, as a JSON list. */}}
{{- define "stream-relay.redisPorts" -}}
{{- $redis := .Values.redis -}}
{{- $ports := list -}}
{{- if $redis.sentinel.master -}}
{{- $ports = list 6379 -}}
{{- range $redis.sentinel.nodes -}}{{- $ports = append $ports (regexFind "[0-9]+$" . | int) -}}{{- end -}}
{{- else if $redis.cluster.nodes -}}
{{- range $redis.cluster.nodes -}}{{- $ports = append $ports (regexFind "[0-9]+$" . | int) -}}{{- end -}}
{{- else -}}
{{- $ports = list (regexFind "[0-9]+$" (include "stream-relay.redisAddress" .) | int) -}}
{{- end -}}
{{- range .Values.networkPolicy.redisPorts -}}{{- $ports = append $ports (int .) -}}{{- end -}}
{{- $ports | uniq | toJson -}}
{{- end -}}

{{/* Ports of Kafka's servers, as a JSON list. */}}
{{- define "stream-relay.kafkaPorts" -}}
{{- $ports := list -}}
{{- range splitList "," .Values.outbox.kafka.bootstrapServers -}}
{{- $ports = append $ports (regexFind "[0-9]+$" (trim .) | default "9092" | int) -}}
{{- end -}}
{{- $ports | uniq | toJson -}}
{{- end -}}
