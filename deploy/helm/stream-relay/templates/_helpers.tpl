{{/*
Names, labels and what every pod has. Helpers of a tier take (dict "root" $ "tier" "gateway" or "worker"); those of a
component (dict "root" $ "component" …).
*/}}

{{- define "stream-relay.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{/* Short enough for "-gateway-management" behind it. */}}
{{- define "stream-relay.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "stream-relay.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "stream-relay.selectorLabels" -}}
app.kubernetes.io/name: {{ include "stream-relay.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{- define "stream-relay.labels" -}}
{{ include "stream-relay.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- with .root.Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* metadata of an object: (dict "root" $ "component" … "suffix" "-gateway" "annotations" map or nil) */}}
{{- define "stream-relay.metadata" -}}
metadata:
  name: {{ include "stream-relay.fullname" .root }}{{ .suffix }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "stream-relay.labels" . | nindent 4 }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{- define "stream-relay.image" -}}
{{- $image := (index .root.Values .tier).image -}}
{{- $name := $image.repository -}}
{{- with .root.Values.image.registry -}}
{{- $name = printf "%s/%s" (trimSuffix "/" .) $name -}}
{{- end -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $name $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name ($image.tag | default .root.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{- define "stream-relay.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "stream-relay.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "stream-relay.managementPort" -}}
{{- if eq .tier "gateway" }}9080{{ else }}9081{{ end -}}
{{- end -}}

{{/* What no pod of ours goes without: (dict "uid" n) */}}
{{- define "stream-relay.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: {{ .uid }}
  runAsGroup: {{ .uid }}
  fsGroup: {{ .uid }}
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- end -}}

{{- define "stream-relay.containerSecurity" -}}
securityContext:
  allowPrivilegeEscalation: false
  privileged: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end -}}

{{- define "stream-relay.pullSecrets" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* Seconds that Spring may take for one phase of its shutdown; each is longer than the drain in it. */}}
{{- define "stream-relay.phaseSeconds" -}}
{{- if eq .tier "gateway" -}}
{{- add (include "stream-relay.drainSeconds" .) 1 -}}
{{- else -}}
{{- add .root.Values.worker.graceSeconds 10 -}}
{{- end -}}
{{- end -}}

{{- define "stream-relay.drainSeconds" -}}
{{- with .root.Values.gateway.drain -}}
{{- add .noticeSeconds .spreadSeconds .restSeconds -}}
{{- end -}}
{{- end -}}

{{/*
From SIGTERM on a gateway first drains, then waits for requests that are under way; a worker does all of it in one phase:
it lets turns go on, and hands the rest over (3 s and 5 s at most, within the 10 above). 5 s for what comes after.
*/}}
{{- define "stream-relay.neededSeconds" -}}
{{- $drain := 0 -}}
{{- if eq .tier "gateway" -}}
{{- $drain = include "stream-relay.drainSeconds" . -}}
{{- end -}}
{{- add (index .root.Values .tier).preStopSeconds $drain (include "stream-relay.phaseSeconds" .) 5 -}}
{{- end -}}

{{- define "stream-relay.terminationSeconds" -}}
{{- (index .root.Values .tier).terminationGracePeriodSeconds | default (include "stream-relay.neededSeconds" .) -}}
{{- end -}}

{{- define "stream-relay.testSecret" -}}
{{- .Values.test.existingSecret | default (printf "%s-test" (include "stream-relay.fullname" .)) -}}
{{- end -}}
