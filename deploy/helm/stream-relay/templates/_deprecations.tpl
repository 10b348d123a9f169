{{/*
Values that were renamed, as a JSON list of {"old": "gateway.replicaCount", "new": "gateway.replicas", "since": "0.2.0"}.
A release that is given the old one is refused, and told what to write: an old value that had no effect any more would be
worse, and one that still had an effect would stay for ever. The old key stays in values.schema.json, as "deprecated", so
that the sentence is this one. None was renamed yet.
*/}}
{{- define "stream-relay.renamed" -}}
[]
{{- end -}}

{{/* One sentence a line. */}}
{{- define "stream-relay.deprecations" -}}
{{- range include "stream-relay.renamed" . | fromJsonArray -}}
{{- $found := dict "in" $.Values -}}
{{- range splitList "." .old -}}
{{- $in := get $found "in" -}}
{{- $_ := set $found "in" (and (kindIs "map" $in) (hasKey $in .) | ternary (get (kindIs "map" $in | ternary $in dict) .) nil) -}}
{{- end -}}
{{- if not (kindIs "invalid" (get $found "in")) }}
{{ .old }} was renamed in {{ .since }}: write {{ .new }} in its place
{{- end -}}
{{- end -}}
{{- end -}}
