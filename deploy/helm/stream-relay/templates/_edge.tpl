{{/*
What load balancers ask: open to everybody, small, and 503 from the moment a gateway begins to leave. The management port
is closed to them.
*/}}
{{- define "stream-relay.openPath" -}}
/favicon.svg
{{- end -}}

{{/* Annotations by which an ingress controller lets streams through. */}}
{{- define "stream-relay.ingressAnnotations" -}}
{{- $drain := include "stream-relay.drainSeconds" (dict "root" .) -}}
{{- with .Values.edge -}}
{{- if eq .ingress.controller "nginx" -}}
# Events go on at once; a silence is at most 10 s (pings), a whole stream as long as it likes.
nginx.ingress.kubernetes.io/proxy-buffering: "off"
nginx.ingress.kubernetes.io/proxy-read-timeout: {{ .streamSeconds | quote }}
nginx.ingress.kubernetes.io/proxy-send-timeout: "60"
# A submission isn't sent to a second gateway because the first one was slow to answer.
nginx.ingress.kubernetes.io/proxy-next-upstream: "error http_502 http_503"
{{- else if eq .ingress.controller "haproxy" -}}
# HAProxy passes on what it gets; it only mustn't take a silence for an end.
haproxy.org/timeout-server: "{{ .streamSeconds }}s"
haproxy.org/load-balance: leastconn
{{- else if eq .ingress.controller "alb" -}}
alb.ingress.kubernetes.io/target-type: ip
alb.ingress.kubernetes.io/load-balancer-attributes: idle_timeout.timeout_seconds=120
alb.ingress.kubernetes.io/target-group-attributes: "deregistration_delay.timeout_seconds={{ $drain }},load_balancing.algorithm.type=least_outstanding_requests"
alb.ingress.kubernetes.io/healthcheck-path: {{ include "stream-relay.openPath" $ }}
alb.ingress.kubernetes.io/healthcheck-interval-seconds: "5"
alb.ingress.kubernetes.io/healthcheck-timeout-seconds: "3"
{{- else if eq .ingress.controller "gke" -}}
{{- if not .ingress.className }}
kubernetes.io/ingress.class: gce
{{- end }}
{{- end -}}
{{- end -}}
{{- end -}}
