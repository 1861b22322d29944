/** Fixing in charts: edits of values files and templates, held against what the chart writes with them. */

import { describe, expect, test } from 'vitest';
import { type AnalyzedText, findingsOf } from '../../shared/analysis/analyze.ts';
import { chartFixEdits, type FileEdits, hardenChart } from '../../shared/analysis/chartFix.ts';
import { type ChartRuns, runChart, templateText, valuesText } from '../../shared/analysis/chartText.ts';
import { fixesOf } from '../../shared/analysis/fixes.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { applyEdits } from '../../shared/text/textEdit.ts';
import { CREATED, type Files } from './charts.ts';

const DEPLOYMENT = 'templates/deployment.yaml';

function runsOf(files: Files, sets: readonly string[] = []): ChartRuns {
  return runChart(new Map(Object.entries(files)), DEFAULT_SETTINGS, sets) ?? never();
}

function never(): never {
  throw new Error('There is no such chart or file.');
}

function withEdits(files: Files, edits: readonly FileEdits[]): Files {
  const changed = edits.map(
    ({ file, edits: own }) => [file, applyEdits(files[file] ?? never(), own)] as const,
  );
  return { ...files, ...Object.fromEntries(changed) };
}

function fixed(files: Files, text: AnalyzedText, code: string): Files {
  const placed = findingsOf(text).find(({ finding }) => finding.code === code) ?? never();
  const result = chartFixEdits(text.chart ?? never(), placed, fixesOf(placed.finding)[0] ?? never());
  if (!result.ok) throw new Error(result.reason);
  return withEdits(files, result.files);
}

function hardened(analyzed: AnalyzedText): ReturnType<typeof hardenChart> {
  const chart = analyzed.chart ?? never();
  return hardenChart([{ analyzed: { ...analyzed, chart }, findings: findingsOf(analyzed) }], 'pod');
}

describe('a finding that the values answer', () => {
  test('is fixed in the values file, whose commented suggestions stay', () => {
    const text = templateText(runsOf(CREATED), DEPLOYMENT, () => false) ?? never();
    const after = fixed(CREATED, text, 'privilege-escalation/not-denied');
    expect(after[DEPLOYMENT]).toBe(CREATED[DEPLOYMENT]);
    expect(after['values.yaml']).toContain(
      `securityContext:
  # capabilities:
  #   drop:
  #   - ALL
  # readOnlyRootFilesystem: true
  # runAsNonRoot: true
  # runAsUser: 1000
  allowPrivilegeEscalation: false
`,
    );
  });

  test('points to the values from its template, and to the template from the values', () => {
    const runs = runsOf(CREATED);
    const [inTemplate] = findingsOf(templateText(runs, DEPLOYMENT, () => false) ?? never()).filter(
      ({ finding }) => finding.code === 'root-user/unset',
    );
    expect(inTemplate?.finding.inChart?.elsewhere).toEqual({
      file: 'values.yaml',
      range: { start: { line: 12, character: 0 }, end: { line: 12, character: 18 } },
      message: 'values.yaml decides it: podSecurityContext.runAsUser.',
    });
    const [inValues] = findingsOf(valuesText(runs, 'values.yaml') ?? never()).filter(
      ({ finding }) => finding.code === 'root-user/unset',
    );
    expect(inValues?.finding.inChart?.elsewhere).toMatchObject({
      file: DEPLOYMENT,
      range: { start: { line: 19 } },
    });
  });

  test('stands in one of the two files, never in both', () => {
    const runs = runsOf(CREATED);
    const codes = (text: AnalyzedText | undefined): readonly string[] =>
      findingsOf(text ?? never())
        .filter(({ finding }) => finding.inChart?.isShownThere !== true)
        .map(({ finding }) => finding.code);
    const all = codes(templateText(runs, DEPLOYMENT, () => false));
    const rest = codes(templateText(runs, DEPLOYMENT, (file) => file === 'values.yaml'));
    const answered = codes(valuesText(runs, 'values.yaml'));
    expect([...rest, ...answered].sort()).toEqual([...all].sort());
    expect(answered).toContain('root-user/unset');
    expect(rest).toEqual(['service-account-token/mounted']);
  });

  test('is fixed the same way from the values file', () => {
    const runs = runsOf(CREATED);
    const fromTemplate = templateText(runs, DEPLOYMENT, () => false) ?? never();
    const fromValues = valuesText(runs, 'values.yaml') ?? never();
    const code = 'seccomp/missing';
    expect(fixed(CREATED, fromValues, code)).toEqual(fixed(CREATED, fromTemplate, code));
  });
});

describe('a further set of values', () => {
  const files = {
    ...CREATED,
    'values-prod.yaml':
      'securityContext:\n  readOnlyRootFilesystem: true\nresources: {limits: {cpu: 1, memory: 1Gi}}\n',
    'values-debug.yaml': 'securityContext:\n  privileged: true\n',
  };

  test('is named by the findings that it leaves open', () => {
    const runs = runsOf(files, ['values-prod.yaml', 'values-debug.yaml']);
    const messages = findingsOf(templateText(runs, DEPLOYMENT, () => false) ?? never()).map(
      ({ finding }) => `${finding.code}: ${finding.message}`,
    );
    const sets = (code: string): string | undefined =>
      /Left open by (.*)\.$/.exec(messages.find((message) => message.startsWith(code)) ?? '')?.[1];
    expect(sets('privilege-escalation/privileged')).toBe('values-debug.yaml');
    expect(sets('read-only-root-filesystem/writable')).toBe('values.yaml and values-debug.yaml');
    expect(sets('root-user/unset')).toBe('values.yaml, values-prod.yaml and values-debug.yaml');
  });

  test('is where what it alone leaves open is fixed', () => {
    const runs = runsOf(files, ['values-prod.yaml', 'values-debug.yaml']);
    const text = templateText(runs, DEPLOYMENT, () => false) ?? never();
    const after = fixed(files, text, 'privilege-escalation/privileged');
    expect(after['values-debug.yaml']).not.toContain('privileged: true');
    expect(after['values.yaml']).toBe(CREATED['values.yaml']);
  });
});

describe('Harden', () => {
  test('of a template leaves a hardened pod', () => {
    const text = templateText(runsOf(CREATED), DEPLOYMENT, () => false) ?? never();
    const { files, declined } = hardened(text);
    expect(declined).toEqual([]);
    const after = withEdits(CREATED, files);
    const again = templateText(runsOf(after), DEPLOYMENT, () => false) ?? never();
    expect(findingsOf(again)).toEqual([]);
    expect(after['values.yaml']).toContain('  #   - ALL');
    expect(after['values.yaml']).toContain('  # We usually recommend not to specify default resources.');
  });

  test('of the values leaves what only the template can decide', () => {
    const text = valuesText(runsOf(CREATED), 'values.yaml') ?? never();
    const { files } = hardened(text);
    const after = withEdits(CREATED, files);
    const again = templateText(runsOf(after), DEPLOYMENT, () => false) ?? never();
    expect(findingsOf(again).map(({ finding }) => finding.code)).toEqual(['service-account-token/mounted']);
  });
});
