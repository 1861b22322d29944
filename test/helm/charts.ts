/** Charts for tests: the one that `helm create` makes, shortened to what bears on its pod, and a way to read a chart from texts. */

import { findingsOf } from '../../shared/analysis/analyze.ts';
import { type AnalyzedChart, analyzeChart, analyzeTemplate } from '../../shared/analysis/chart.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { readChart } from '../../shared/helm/chart.ts';
import { indexLines } from '../../shared/text/lineIndex.ts';

export type Files = Readonly<Record<string, string>>;

export const CREATED: Files = {
  'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\nappVersion: "1.16.0"\n',
  'values.yaml': `replicaCount: 1

image:
  repository: nginx
  # Overrides the image tag whose default is the chart appVersion.
  tag: ""

serviceAccount:
  create: true
  automount: true
  name: ""

podSecurityContext: {}
  # fsGroup: 2000

securityContext: {}
  # capabilities:
  #   drop:
  #   - ALL
  # readOnlyRootFilesystem: true
  # runAsNonRoot: true
  # runAsUser: 1000

service:
  port: 80

resources: {}
  # We usually recommend not to specify default resources.
  # limits:
  #   cpu: 100m

nodeSelector: {}
`,
  'templates/_helpers.tpl': `{{- define "shop.fullname" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "shop.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "shop.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "shop.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}
`,
  'templates/deployment.yaml': `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "shop.fullname" . }}
  labels:
    {{- include "shop.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicaCount }}
  template:
    metadata:
      labels:
        {{- include "shop.labels" . | nindent 8 }}
    spec:
      serviceAccountName: {{ include "shop.serviceAccountName" . }}
      {{- with .Values.podSecurityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .Chart.Name }}
          {{- with .Values.securityContext }}
          securityContext:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
      {{- with .Values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
`,
  'templates/serviceaccount.yaml': `{{- if .Values.serviceAccount.create -}}
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "shop.serviceAccountName" . }}
automountServiceAccountToken: {{ .Values.serviceAccount.automount }}
{{- end }}
`,
};

/** The chart as `files` give it, with some of its files replaced. */
export function chartOf(files: Files, changes: Files = {}): AnalyzedChart {
  const chart = readChart(new Map(Object.entries({ ...files, ...changes })));
  if (chart === undefined) throw new Error('The test has no chart.');
  return analyzeChart(chart, DEFAULT_SETTINGS);
}

/** Chart of one template and its values. */
export function smallChart(values: string, template: string, more: Files = {}): AnalyzedChart {
  return chartOf({
    'Chart.yaml': 'apiVersion: v2\nname: shop\nversion: 0.1.0\n',
    'values.yaml': values,
    [TEMPLATE]: template,
    ...more,
  });
}

export const TEMPLATE = 'templates/pod.yaml';

/** Findings of a template, as `line check -> values path` with lines from one; only those of the practices that are asked for. */
export function told(
  analyzed: AnalyzedChart,
  practices: readonly string[],
  path = TEMPLATE,
): readonly string[] {
  const text = analyzeTemplate(analyzed, path);
  if (text === undefined) throw new Error(`The chart has no ${path}.`);
  const lines = indexLines(text.text);
  return findingsOf(text)
    .filter(({ finding }) => practices.includes(finding.practice))
    .map(({ finding, documentStart }) => {
      const { line } = lines.positionAt(finding.span.start + documentStart);
      const values = finding.inChart?.values;
      const answer = values === undefined ? '' : ` -> ${values.file}: ${values.path.join('.')}`;
      return `${line + 1} ${finding.code}${answer}`;
    });
}
