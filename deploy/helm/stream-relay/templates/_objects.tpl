{{/*
Objects that both tiers have. All take (dict "root" $ "tier" …).
*/}}

{{- define "stream-relay.configMap" -}}
apiVersion: v1
kind: ConfigMap
{{ include "stream-relay.metadata" (dict "root" .root "component" .tier "suffix" (printf "-%s" .tier)) }}
data:
  application.yaml: |
    {{- include "stream-relay.config" . | nindent 4 }}
{{- end -}}

{{- define "stream-relay.podDisruptionBudget" -}}
{{- $budget := (index .root.Values .tier).podDisruptionBudget -}}
{{- $component := dict "root" .root "component" .tier "suffix" (printf "-%s" .tier) -}}
{{- if $budget.enabled -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
{{ include "stream-relay.metadata" $component }}
spec:
  maxUnavailable: {{ $budget.maxUnavailable }}
  # One that isn't ready serves nobody, and must not hold up a node.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels:
      {{- include "stream-relay.selectorLabels" $component | nindent 6 }}
{{- end -}}
{{- end -}}

{{/* Headless, and with pods that aren't ready: for whoever looks at them, not for readers. */}}
{{- define "stream-relay.managementService" -}}
apiVersion: v1
kind: Service
{{ include "stream-relay.metadata" (dict "root" .root "component" "management" "suffix" (printf "-%s-management" .tier)) }}
spec:
  clusterIP: None
  publishNotReadyAddresses: true
  selector:
    {{- include "stream-relay.selectorLabels" (dict "root" .root "component" .tier) | nindent 4 }}
  ports:
    - name: management
      port: {{ include "stream-relay.managementPort" . }}
      targetPort: management
{{- end -}}
