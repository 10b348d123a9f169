{{/*
A store for trying out: one pod, no password, its data gone with it. Takes (dict "root" $ "store" "redis" or "postgresql"
"port" n) and the container's own part as "container", its volumes' names and paths as "folders".
*/}}
{{- define "stream-relay.demo" -}}
{{- $name := printf "demo-%s" .store -}}
{{- $labels := dict "root" .root "component" $name -}}
{{- $values := index .root.Values.demo .store -}}
apiVersion: apps/v1
kind: Deployment
{{ include "stream-relay.metadata" (dict "root" .root "component" $name "suffix" (printf "-%s" $name) "annotations" (dict "stream-relay/demo" "not for production: no password, no disk")) }}
spec:
  replicas: 1
  strategy:
    type: Recreate
  selector:
    matchLabels:
      {{- include "stream-relay.selectorLabels" $labels | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "stream-relay.labels" $labels | nindent 8 }}
        stream-relay/demo: "true"
    spec:
      {{- include "stream-relay.podSecurity" (dict "uid" 999) | nindent 6 }}
      {{- include "stream-relay.pullSecrets" .root | trim | nindent 6 }}
      containers:
        - name: {{ .store }}
          image: {{ $values.image }}
          imagePullPolicy: {{ .root.Values.image.pullPolicy }}
          {{- include "stream-relay.containerSecurity" . | nindent 10 }}
          {{- .container | nindent 10 }}
          ports:
            - {name: {{ .store | trunc 15 }}, containerPort: {{ .port }}}
          readinessProbe:
            tcpSocket: {port: {{ .port }}}
            periodSeconds: 3
          resources:
            {{- toYaml $values.resources | nindent 12 }}
          volumeMounts:
            {{- range $folder, $path := .folders }}
            - {name: {{ $folder }}, mountPath: {{ $path }}}
            {{- end }}
      volumes:
        {{- range $folder, $path := .folders }}
        - name: {{ $folder }}
          emptyDir:
            sizeLimit: 1Gi
        {{- end }}
---
apiVersion: v1
kind: Service
{{ include "stream-relay.metadata" (dict "root" .root "component" $name "suffix" (printf "-%s" $name)) }}
spec:
  selector:
    {{- include "stream-relay.selectorLabels" $labels | nindent 4 }}
  ports:
    - {name: {{ .store | trunc 15 }}, port: {{ .port }}, targetPort: {{ .port }}}
{{- end -}}
