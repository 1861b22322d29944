/** Charts: templates run with their values, findings at the template's lines, and where in the values their answer stands. */
import { describe, expect, test } from 'vitest';
import { findingsOf } from '../../shared/analysis/analyze.ts';
import { analyzeTemplate } from '../../shared/analysis/chart.ts';
import { CREATED, chartOf, smallChart, TEMPLATE, told } from './charts.ts';

const DEPLOYMENT = 'templates/deployment.yaml';

describe('the chart that helm create makes', () => {
  test('is told at the lines of its template, and answered in its values', () => {
    const practices = ['security-context', 'root-user', 'seccomp', 'read-only-root-filesystem'];
    expect(told(chartOf(CREATED), practices, DEPLOYMENT)).toEqual([
      '20 security-context/missing -> values.yaml: securityContext',
      '20 root-user/unset -> values.yaml: podSecurityContext.runAsUser',
      '20 root-user/group-unset -> values.yaml: podSecurityContext.runAsGroup',
      '20 seccomp/missing -> values.yaml: podSecurityContext.seccompProfile',
      '20 read-only-root-filesystem/writable -> values.yaml: securityContext.readOnlyRootFilesystem',
    ]);
  });

  test('knows what its own ServiceAccount says about the token', () => {
    const mounted = '13 service-account-token/mounted';
    expect(told(chartOf(CREATED), ['service-account-token'], DEPLOYMENT)).toEqual([mounted]);
    const values = CREATED['values.yaml']?.replace('automount: true', 'automount: false') ?? '';
    const chart = chartOf(CREATED, { 'values.yaml': values });
    expect(told(chart, ['service-account-token'], DEPLOYMENT)).toEqual([]);
  });

  test('has nothing to say where the values say it all', () => {
    const values = (CREATED['values.yaml'] ?? '')
      .replace(
        'podSecurityContext: {}',
        'podSecurityContext: {runAsNonRoot: true, runAsUser: 10001, runAsGroup: 10001, seccompProfile: {type: RuntimeDefault}}',
      )
      .replace(
        '\nsecurityContext: {}',
        '\nsecurityContext: {allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: {drop: [ALL]}}',
      )
      .replace('resources: {}', 'resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi}}')
      .replace('automount: true', 'automount: false');
    const chart = chartOf(CREATED, { 'values.yaml': values });
    expect(findingsOf(analyzeTemplate(chart, DEPLOYMENT) ?? never())).toEqual([]);
  });
});

function pod(...lines: readonly string[]): string {
  return ['apiVersion: v1', 'kind: Pod', 'metadata: {name: web}', 'spec:', ...lines, ''].join('\n');
}

describe('a value', () => {
  const container = (...lines: readonly string[]): string =>
    pod('  containers:', '    - name: web', '      image: nginx', '      securityContext:', ...lines);
  const escalation = (action: string): string => container(`        allowPrivilegeEscalation: ${action}`);

  test.each([
    ['plain', '{{ .Values.a.b }}', 'a: {b: true}'],
    ['with a default that is not needed', '{{ .Values.a.b | default false }}', 'a: {b: true}'],
    ['required', '{{ required "needed" .Values.a.b }}', 'a: {b: true}'],
    ['of another type', '{{ .Values.a.b | toString }}', 'a: {b: true}'],
    ['of the globals', '{{ .Values.global.b }}', 'global: {b: true}'],
    ['by index', '{{ index .Values "a" "b" }}', 'a: {b: true}'],
    ['through a variable', '{{ $a := .Values.a }}{{ $a.b }}', 'a: {b: true}'],
    ['through a template', '{{ tpl .Values.a .}}', 'a: "{{ .Values.b }}"\nb: true'],
  ])('%s is the one that the values give', (_, action, values) => {
    expect(told(smallChart(values, escalation(action)), ['privilege-escalation'])[0]).toMatch(
      /^9 privilege-escalation\/allowed -> values.yaml: /,
    );
  });

  test('that the template makes a text is the mistake of the template', () => {
    const chart = smallChart('a: true', escalation('{{ .Values.a | quote }}'));
    expect(told(chart, ['security-context'])).toEqual(['9 security-context/invalid']);
  });

  test('in a helper of the chart is followed', () => {
    const template = container('        {{- include "shop.context" . | nindent 8 }}');
    const helper = '{{ define "shop.context" }}\nallowPrivilegeEscalation: {{ .Values.a }}\n{{ end }}\n';
    const chart = smallChart('a: true', template, { 'templates/_helpers.tpl': helper });
    expect(told(chart, ['privilege-escalation'])).toEqual([
      '9 privilege-escalation/allowed -> values.yaml: a',
    ]);
  });

  test('that cannot be followed leaves the field unknown', () => {
    const unknown = '{{ (lookup "v1" "ConfigMap" "a" "b").data.c }}';
    expect(told(smallChart('', escalation(unknown)), ['privilege-escalation'])).toEqual([]);
  });

  test('of a broken values file is unknown', () => {
    const chart = smallChart('a: [true', escalation('{{ .Values.a }}'));
    expect(told(chart, ['privilege-escalation'])).toEqual([]);
  });
});

describe('a branch', () => {
  const template = pod(
    '  containers:',
    '    - name: web',
    '      image: nginx',
    '      securityContext:',
    '        {{- if and .Values.debug (eq .Values.level "high") }}',
    '        privileged: true',
    '        {{- else if not .Values.strict }}',
    '        allowPrivilegeEscalation: true',
    '        {{- else }}',
    '        allowPrivilegeEscalation: false',
    '        {{- end }}',
  );

  test('is taken as the values decide, and what they leave out says where it stands', () => {
    const chart = smallChart('debug: false\nlevel: high\nstrict: true\n', template);
    expect(told(chart, ['privilege-escalation'])).toEqual([
      '10 privilege-escalation/privileged',
      '12 privilege-escalation/allowed',
    ]);
    const messages = findingsOf(analyzeTemplate(chart, TEMPLATE) ?? never()).map(
      ({ finding }) => finding.message,
    );
    expect(messages).toContainEqual(
      expect.stringContaining('is privileged where and .Values.debug (eq .Values.level "high") is true'),
    );
  });

  test('over a list writes what every item says', () => {
    const loop = pod(
      '  containers:',
      '    {{- range .Values.containers }}',
      '    - name: {{ .name }}',
      '      image: nginx',
      '      securityContext:',
      '        privileged: {{ .privileged }}',
      '    {{- end }}',
    );
    const values = 'containers:\n  - {name: a, privileged: true}\n  - {name: b, privileged: false}\n';
    expect(told(smallChart(values, loop), ['privilege-escalation'])).toEqual([
      '9 privilege-escalation/not-denied',
      '10 privilege-escalation/privileged -> values.yaml: containers.0.privileged',
    ]);
  });
});

describe('a subchart', () => {
  const template = pod(
    '  containers:',
    '    - name: web',
    '      image: nginx',
    '      securityContext:',
    '        privileged: {{ .Values.privileged }}',
  );
  const files = {
    'Chart.yaml':
      'apiVersion: v2\nname: shop\nversion: 0.1.0\ndependencies:\n  - {name: db, version: 1.0.0, condition: db.enabled}\n',
    'charts/db/Chart.yaml': 'apiVersion: v2\nname: db\nversion: 1.0.0\n',
    'charts/db/values.yaml': 'privileged: true\n',
    'charts/db/templates/pod.yaml': template,
  };
  const path = 'charts/db/templates/pod.yaml';

  test('has its own values', () => {
    const chart = chartOf({ ...files, 'values.yaml': 'db: {enabled: true}\n' });
    expect(told(chart, ['privilege-escalation'], path)).toEqual([
      '9 privilege-escalation/privileged -> charts/db/values.yaml: privileged',
    ]);
  });

  test('has those that its parent gives it', () => {
    const chart = chartOf({ ...files, 'values.yaml': 'db: {enabled: true, privileged: false}\n' });
    expect(told(chart, ['privilege-escalation'], path)).toEqual(['8 privilege-escalation/not-denied']);
  });

  test('that is not there says only what holds whatever its values are', () => {
    const chart = chartOf({ ...files, 'values.yaml': 'db: {enabled: false}\n' });
    expect(told(chart, ['privilege-escalation'], path)).toEqual([]);
  });
});

function never(): never {
  throw new Error('The chart has no such template.');
}
