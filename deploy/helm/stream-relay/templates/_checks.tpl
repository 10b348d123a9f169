{{/*
Mistakes in the values, a sentence a line.
*/}}
{{- define "stream-relay.problems" -}}
{{ include "stream-relay.deprecations" . }}
{{ include "stream-relay.storeProblems" . }}
{{ include "stream-relay.tierProblems" (dict "root" . "tier" "gateway") }}
{{ include "stream-relay.tierProblems" (dict "root" . "tier" "worker") }}
{{ include "stream-relay.scalingProblems" . }}
{{ include "stream-relay.edgeProblems" . }}
{{- range $where, $config := dict "config" .Values.config "gateway.config" .Values.gateway.config "worker.config" .Values.worker.config }}
{{ include "stream-relay.configProblems" (dict "where" $where "path" "" "value" $config) }}
{{- end }}
{{- end -}}

{{- define "stream-relay.storeProblems" -}}
{{- $redis := .Values.redis -}}
{{- $ways := 0 -}}
{{- range list $redis.url $redis.sentinel.master $redis.cluster.nodes .Values.demo.enabled -}}
{{- if . }}{{ $ways = add1 $ways }}{{ end -}}
{{- end }}
{{- if ne (int $ways) 1 }}
redis: say where it is, in one way: url, sentinel, cluster or demo.enabled
{{- end }}
{{- if and $redis.url (not (regexMatch "^rediss?://[^/@:]+(:[0-9]+)?(/[0-9]+)?$" $redis.url)) }}
redis.url must read redis://host:6379 or rediss://host:6379, without user and password: those are redis.existingSecret's
{{- end }}
{{- if and $redis.sentinel.master (not $redis.sentinel.nodes) }}
redis.sentinel.nodes is missing: the sentinels, as host:26379
{{- end }}
{{- with .Values.postgresql }}
{{- if and .url $.Values.demo.enabled }}
postgresql.url and demo.enabled: only one of them
{{- else if not $.Values.demo.enabled }}
{{- if or (not (regexMatch "^jdbc:postgresql://[^@]+/[^@]+$" .url)) (regexMatch "[?&](user|password|sslpassword)=" .url) }}
postgresql.url must read jdbc:postgresql://host:5432/database, without user and password: those are postgresql.existingSecret's
{{- end }}
{{- if not .existingSecret }}
postgresql.existingSecret is missing: the Secret with user and password
{{- end }}
{{- end }}
{{- end }}
{{- if not .Values.keys.existingSecret }}
keys.existingSecret is missing: the Secret with the pepper of the callers' keys, 16 characters or more
{{- end }}
{{- if and .Values.outbox.enabled (not .Values.outbox.kafka.bootstrapServers) }}
outbox.kafka.bootstrapServers is missing, or outbox.enabled is too much
{{- end }}
{{- end -}}

{{- define "stream-relay.tierProblems" -}}
{{- $values := index .root.Values .tier -}}
{{- $needed := include "stream-relay.neededSeconds" . | int -}}
{{- if lt (include "stream-relay.terminationSeconds" . | int) $needed }}
{{ .tier }}.terminationGracePeriodSeconds is {{ $values.terminationGracePeriodSeconds }}, but leaving without loss takes up to {{ $needed }} s: leave it out, or drain for shorter
{{- end }}
{{- if regexMatch "(?i)(password|passphrase|secret|pepper|token|api-?key)[a-z.-]*=" $values.javaOptions }}
{{ .tier }}.javaOptions holds a secret, which everybody could read: name a Secret in {{ .tier }}.existingSecrets
{{- end }}
{{- end -}}

{{- define "stream-relay.scalingProblems" -}}
{{- range $tier := list "gateway" "worker" }}
{{- with (index $.Values $tier).autoscaling }}
{{- if gt (int .minReplicas) (int .maxReplicas) }}
{{ $tier }}.autoscaling.minReplicas is more than maxReplicas
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.worker }}
{{- if gt (int .autoscaling.jobsPerWorker) (int .slots) }}
worker.autoscaling.jobsPerWorker is {{ .autoscaling.jobsPerWorker }}, but a worker has {{ .slots }} slots: it would never be scaled
{{- end }}
{{- if eq .autoscaling.type "keda" }}
{{- if and (eq .autoscaling.keda.trigger "prometheus") (not .autoscaling.keda.prometheus.serverAddress) }}
worker.autoscaling.keda.prometheus.serverAddress is missing, such as http://prometheus.monitoring:9090
{{- end }}
{{- if and (eq .autoscaling.keda.trigger "redis-streams") (or $.Values.redis.sentinel.master $.Values.redis.cluster.nodes) (not .autoscaling.keda.redis.address) }}
worker.autoscaling.keda.redis.address is missing: of Sentinel or Cluster KEDA must be told a master; or scale by prometheus
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "stream-relay.edgeProblems" -}}
{{- with .Values.edge }}
{{- if ne .type "none" }}
{{- if not .hosts }}
edge.hosts is missing: the names by which readers come in
{{- end }}
{{- if and (eq .type "httpRoute") (not .httpRoute.parentRefs) }}
edge.httpRoute.parentRefs is missing: which Gateway the route belongs to
{{- end }}
{{- if and (eq .type "virtualService") (not .virtualService.gateways) }}
edge.virtualService.gateways is missing: which of Istio's gateways lets readers in
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/*
Secrets, and what is the chart's to say, in a `config`: (dict "where" its name "path" … "value" …). Keys may be nested or
dotted; a list's elements are looked through as well.
*/}}
{{- define "stream-relay.configProblems" -}}
{{- if kindIs "map" .value }}
{{- range $key, $value := .value }}
{{ include "stream-relay.configProblems" (dict "where" $.where "path" (trimPrefix "." (printf "%s.%s" $.path $key)) "value" $value) }}
{{- end }}
{{- else if kindIs "slice" .value }}
{{- range .value }}
{{ include "stream-relay.configProblems" (dict "where" $.where "path" $.path "value" .) }}
{{- end }}
{{- else }}
{{- $plain := .path | lower | replace "-" "" | replace "_" "" }}
{{- $text := toString .value }}
{{- $secret := regexMatch "(password|passphrase|secret|pepper|token|apikey|apikeys\\.[^.]+|accesskey|accesskeyid|jaas\\.config|privatekey|authorization|credentials)$" $plain }}
{{- if or (and $secret .value (not (regexMatch "^(file|classpath):" $text))) (regexMatch "://[^/@]*:[^/@]+@" $text) (contains "-----BEGIN" $text) }}
{{ .where }}: {{ .path }} is a secret, and a ConfigMap is none: use {{ .path }}-file where there is such a property, or a Secret whose keys are properties (gateway.existingSecrets, worker.existingSecrets)
{{- end }}
{{- range $own, $value := include "stream-relay.settledBy" . | fromYaml }}
{{- if or (eq $plain $own) (hasPrefix (printf "%s." $own) $plain) }}
{{ $.where }}: {{ $.path }} is the chart's to say: {{ $value }}
{{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Properties that the chart says, lower case without "-", and the values that decide. */}}
{{- define "stream-relay.settledBy" -}}
spring.config.import: files of /run/secrets/stream-relay are properties; see gateway.existingSecrets
spring.lifecycle.timeoutpershutdownphase: it follows from gateway.drain and worker.graceSeconds
spring.datasource.url: postgresql.url
spring.datasource.username: postgresql.existingSecret
spring.data.redis.url: redis.url
spring.data.redis.host: redis.url
spring.data.redis.port: redis.url
spring.data.redis.database: redis.url
spring.data.redis.username: redis.gateway.username, redis.worker.username
spring.data.redis.sentinel.master: redis.sentinel
spring.data.redis.sentinel.nodes: redis.sentinel
spring.data.redis.cluster.nodes: redis.cluster
spring.data.redis.ssl: redis.tls
spring.kafka.bootstrapservers: outbox.kafka
spring.kafka.security.protocol: outbox.kafka
server.address: pods answer on their own address
server.port: gateway.service.port is what others see
management.server.address: pods answer on their own address
management.server.port: 9080 of gateways, 9081 of workers
relay.dev: dev mode lets everybody in, and is for one machine only
relay.gateway.drain: gateway.drain
relay.worker.grace: worker.graceSeconds
relay.worker.slots: worker.slots
relay.worker.name: workers have names of their own
relay.outbox.enabled: outbox.enabled
relay.outbox.topic: outbox.topic
{{- end -}}
