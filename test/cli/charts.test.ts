/** Helm charts on the command line: templates checked and fixed with the values of their chart. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CREATED } from '../helm/charts.ts';
import { contentOf, folderWith, podproof } from './commandLine.ts';

function chartFolder(more: Readonly<Record<string, string>> = {}): string {
  const files = Object.entries({ ...CREATED, ...more });
  return folderWith(Object.fromEntries(files.map(([name, text]) => [`shop/${name}`, text])));
}

describe('check', () => {
  test('tells a template with the values of its chart, and where they decide', async () => {
    const { stdout, exitCode } = await podproof(['check', 'shop'], { cwd: chartFolder() });
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      'shop/templates/deployment.yaml:20:17  Deployment release-name-shop, container shop',
    );
    expect(stdout).toContain(
      'set readOnlyRootFilesystem to true. [read-only-root-filesystem/writable] -> shop/values.yaml:16:1 securityContext.readOnlyRootFilesystem',
    );
    expect(stdout).not.toContain('not known before it is rendered');
  });

  test('finds the chart of a template that is named alone', async () => {
    const cwd = chartFolder();
    const { stdout } = await podproof(['check', '--format', 'json', 'shop/templates/deployment.yaml'], {
      cwd,
    });
    const { findings } = JSON.parse(stdout);
    const [finding] = findings.filter(({ code }: { code: string }) => code === 'root-user/unset');
    expect(finding).toMatchObject({
      file: 'shop/templates/deployment.yaml',
      container: 'shop',
      fix: 'review',
      values: {
        file: 'shop/values.yaml',
        path: 'podSecurityContext.runAsUser',
        range: { start: { line: 12, character: 0 } },
      },
    });
  });

  test('names the values files of the settings that leave a finding open', async () => {
    const cwd = chartFolder({
      '.podproof.yaml': 'helm:\n  valuesFiles: [values-prod.yaml]\n',
      'values-prod.yaml': 'podSecurityContext: {runAsUser: 10001}\n',
    });
    const { stdout: told } = await podproof(['check', 'templates'], { cwd: join(cwd, 'shop') });
    expect(told).toContain('set runAsUser to 1001 or higher. Left open by values.yaml. [root-user/unset]');
    expect(told).toContain('Left open by values.yaml and values-prod.yaml. [root-user/group-unset]');
  });

  test('reads a template without a chart as it stands', async () => {
    const cwd = folderWith({ 'templates/deployment.yaml': CREATED['templates/deployment.yaml'] ?? '' });
    const { stdout } = await podproof(['check', 'templates'], { cwd });
    expect(stdout).toContain('No findings');
    expect(stdout).toContain('1 document is a template');
  });
});

describe('fix', () => {
  test('writes into the values what they decide, and into the template what it decides', async () => {
    const cwd = chartFolder();
    const { stderr, exitCode } = await podproof(['fix', 'shop'], { cwd });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('shop/values.yaml');
    expect(contentOf(cwd, 'shop/values.yaml')).toContain(
      '  # runAsUser: 1000\n  allowPrivilegeEscalation: false\n',
    );
    expect(contentOf(cwd, 'shop/templates/deployment.yaml')).toContain('automountServiceAccountToken: false');
    const { stdout } = await podproof(['check', 'shop'], { cwd });
    expect(stdout).toContain('No findings');
  });

  test('shows what it would write with --diff', async () => {
    const cwd = chartFolder();
    const { stdout } = await podproof(['fix', '--diff', 'shop'], { cwd });
    expect(stdout).toContain('+++ b/shop/values.yaml');
    expect(stdout).toContain('+  allowPrivilegeEscalation: false');
    expect(contentOf(cwd, 'shop/values.yaml')).toBe(CREATED['values.yaml']);
  });
});
