{{/*
The Deployment of a tier. Takes (dict "root" $ "tier" …).
*/}}
{{- define "stream-relay.deployment" -}}
{{- $values := index .root.Values .tier -}}
{{- $component := dict "root" .root "component" .tier "suffix" (printf "-%s" .tier) -}}
{{- $scaled := eq .tier "gateway" | ternary $values.autoscaling.enabled (ne ($values.autoscaling.type | default "none") "none") -}}
apiVersion: apps/v1
kind: Deployment
{{ include "stream-relay.metadata" $component }}
spec:
  {{- if not $scaled }}
  replicas: {{ $values.replicas }}
  {{- end }}
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels:
      {{- include "stream-relay.selectorLabels" $component | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "stream-relay.labels" $component | nindent 8 }}
        {{- with $values.podLabels }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      annotations:
        checksum/config: {{ include "stream-relay.config" . | sha256sum }}
        {{- with $values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      {{- include "stream-relay.podSecurity" (dict "uid" 10001) | nindent 6 }}
      serviceAccountName: {{ include "stream-relay.serviceAccountName" .root }}
      {{- include "stream-relay.pullSecrets" .root | trim | nindent 6 }}
      terminationGracePeriodSeconds: {{ include "stream-relay.terminationSeconds" . }}
      {{- include "stream-relay.topologySpread" . | trim | nindent 6 }}
      {{- with $values.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- range $key := list "nodeSelector" "affinity" "tolerations" }}
      {{- with index $values $key }}
      {{ $key }}:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- end }}
      containers:
        - name: {{ .tier }}
          image: {{ include "stream-relay.image" . }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          {{- include "stream-relay.containerSecurity" . | nindent 10 }}
          env:
            # Wins over what the image has in JAVA_TOOL_OPTIONS.
            - name: JDK_JAVA_OPTIONS
              value: {{ printf "-XX:MaxRAMPercentage=%d -XX:+ExitOnOutOfMemoryError %s" (int $values.heapPercent) $values.javaOptions | trim | quote }}
          ports:
            {{- if eq .tier "gateway" }}
            - name: http
              containerPort: 8080
            {{- end }}
            - name: management
              containerPort: {{ include "stream-relay.managementPort" . }}
          {{- if $values.preStopSeconds }}
          lifecycle:
            preStop:
              sleep:
                seconds: {{ $values.preStopSeconds }}
          {{- end }}
          startupProbe:
            httpGet: {path: /actuator/health/liveness, port: management}
            periodSeconds: 2
            timeoutSeconds: 2
            failureThreshold: 60
          livenessProbe:
            httpGet: {path: /actuator/health/liveness, port: management}
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 3
          readinessProbe:
            httpGet: {path: /actuator/health/readiness, port: management}
            periodSeconds: 5
            timeoutSeconds: 3
            failureThreshold: 1
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          volumeMounts:
            {{- include "stream-relay.mounts" . | trim | nindent 12 }}
      volumes:
        {{- include "stream-relay.volumes" . | trim | nindent 8 }}
{{- end -}}

{{- define "stream-relay.topologySpread" -}}
{{- $spread := (index .root.Values .tier).topologySpread -}}
{{- $component := dict "root" .root "component" .tier -}}
{{- if or $spread.zones $spread.nodes }}
topologySpreadConstraints:
  {{- range $key, $when := dict "topology.kubernetes.io/zone" $spread.zones "kubernetes.io/hostname" $spread.nodes }}
  {{- if $when }}
  - topologyKey: {{ $key }}
    maxSkew: 1
    whenUnsatisfiable: {{ $when }}
    labelSelector:
      matchLabels:
        {{- include "stream-relay.selectorLabels" $component | nindent 8 }}
    matchLabelKeys: [pod-template-hash]
  {{- end }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "stream-relay.mounts" -}}
{{- $values := index .root.Values .tier -}}
- {name: config, mountPath: /app/config, readOnly: true}
- {name: secrets, mountPath: /run/secrets/stream-relay, readOnly: true}
- {name: tmp, mountPath: /tmp}
{{- if .root.Values.redis.tls.existingSecret }}
- {name: redis-authority, mountPath: /run/secrets/redis, readOnly: true}
{{- end }}
{{- if .root.Values.postgresql.tls.existingSecret }}
- {name: postgresql-authority, mountPath: /run/secrets/postgresql, readOnly: true}
{{- end }}
{{- if eq .tier "worker" }}
{{- if .root.Values.providerKeys.existingSecret }}
- {name: provider-keys, mountPath: /run/secrets/providers, readOnly: true}
{{- end }}
{{- if .root.Values.webhooks }}
- {name: webhooks, mountPath: /run/secrets/webhooks, readOnly: true}
{{- end }}
{{- end }}
{{- with $values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Secrets are mounted as files, never as a subPath: they change with the Secret. */}}
{{- define "stream-relay.volumes" -}}
{{- $values := index .root.Values .tier -}}
- name: config
  configMap:
    name: {{ include "stream-relay.fullname" .root }}-{{ .tier }}
{{ include "stream-relay.propertyVolume" . }}
- name: tmp
  emptyDir:
    sizeLimit: {{ $values.tmpSize }}
{{- range $store := list "redis" "postgresql" }}
{{- if (index $.root.Values $store).tls.existingSecret }}
{{ include "stream-relay.authority" (dict "root" $.root "store" $store) }}
{{- end }}
{{- end }}
{{- if eq .tier "worker" }}
{{- with .root.Values.providerKeys.existingSecret }}
- name: provider-keys
  secret:
    secretName: {{ . }}
    defaultMode: 0440
{{- end }}
{{- with .root.Values.webhooks }}
- name: webhooks
  projected:
    defaultMode: 0440
    sources:
      {{- range $key, $webhook := . }}
      - secret:
          name: {{ $webhook.existingSecret }}
          items: [{key: {{ $webhook.secretKey }}, path: {{ $key }}}]
      {{- with $webhook.previousSecretKey }}
      - secret:
          name: {{ $webhook.existingSecret }}
          # There only while a receiver changes from one to the other.
          optional: true
          items: [{key: {{ . }}, path: {{ $key }}.previous}]
      {{- end }}
      {{- end }}
{{- end }}
{{- end }}
{{- with $values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* What a store's certificates are checked against: (dict "root" $ "store" "redis" or "postgresql") */}}
{{- define "stream-relay.authority" -}}
{{- $tls := (index .root.Values .store).tls -}}
- name: {{ .store }}-authority
  secret:
    secretName: {{ $tls.existingSecret }}
    defaultMode: 0440
    items: [{key: {{ $tls.caKey }}, path: ca.crt}]
{{- end -}}

{{/* A file for each secret property, for Boot's configtree. */}}
{{- define "stream-relay.propertyVolume" -}}
{{- $values := .root.Values -}}
{{- $sources := list -}}
{{- with $values.postgresql -}}
{{- if and .existingSecret (not $values.demo.enabled) -}}
{{- $user := dict "key" .usernameKey "path" "spring.datasource.username" -}}
{{- $password := dict "key" .passwordKey "path" "spring.datasource.password" -}}
{{- $sources = append $sources (dict "secret" (dict "name" .existingSecret "items" (list $user $password))) -}}
{{- end -}}
{{- end -}}
{{- if ne .tier "migrate" -}}
{{- with $values.redis -}}
{{- if and .existingSecret (not $values.demo.enabled) -}}
{{- $password := dict "key" (index . $.tier).passwordKey "path" "spring.data.redis.password" -}}
{{- $sources = append $sources (dict "secret" (dict "name" .existingSecret "items" (list $password))) -}}
{{- end -}}
{{- end -}}
{{- if eq .tier "gateway" -}}
{{- $pepper := dict "key" $values.keys.pepperKey "path" "relay.keys.pepper" -}}
{{- $sources = append $sources (dict "secret" (dict "name" $values.keys.existingSecret "items" (list $pepper))) -}}
{{- else if and $values.outbox.enabled $values.outbox.kafka.existingSecret -}}
{{- $sources = append $sources (dict "secret" (dict "name" $values.outbox.kafka.existingSecret)) -}}
{{- end -}}
{{- range (index $values .tier).existingSecrets -}}
{{- $sources = append $sources (dict "secret" (dict "name" .)) -}}
{{- end -}}
{{- end -}}
- name: secrets
  {{- if $sources }}
  projected:
    defaultMode: 0440
    sources:
      {{- toYaml $sources | nindent 6 }}
  {{- else }}
  emptyDir: {}
  {{- end }}
{{- end -}}
