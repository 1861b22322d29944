/** Charts rendered by the helm program, which a script stands in for here. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CREATED } from '../helm/charts.ts';
import { folderWith, podproof } from './commandLine.ts';

/** What Helm makes of the chart's deployment. */
const RENDERED = `---
# Source: shop/templates/deployment.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: release-name-shop
spec:
  template:
    spec:
      automountServiceAccountToken: false
      containers:
        - name: shop
          securityContext:
            privileged: true
          image: "nginx:1.16.0"
`;

function withHelm(script: string): { readonly cwd: string; readonly env: Readonly<Record<string, string>> } {
  const files = Object.entries(CREATED).map(([name, text]) => [`shop/${name}`, text]);
  const cwd = folderWith({
    ...Object.fromEntries(files),
    'debug.yaml': 'securityContext: {privileged: true}\n',
  });
  const bin = folderWith({});
  writeFileSync(join(bin, 'rendered.yaml'), RENDERED);
  writeFileSync(join(bin, 'helm'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(bin, 'helm'), 0o755);
  return { cwd, env: { PATH: `${bin}:/usr/bin:/bin`, BIN: bin } };
}

describe('check --helm', () => {
  test('tells what Helm renders at the lines of the templates', async () => {
    const surroundings = withHelm('cat "$BIN/rendered.yaml"');
    const { stdout, exitCode } = await podproof(
      ['check', '--helm', 'shop', '-f', 'debug.yaml'],
      surroundings,
    );
    expect(exitCode).toBe(1);
    expect(stdout).toContain('shop/templates/deployment.yaml:23:13');
    expect(stdout).toContain(
      '[privilege-escalation/privileged] -> debug.yaml:1:19 securityContext.privileged',
    );
    expect(stdout).not.toContain('service-account-token');
  });

  test('gives Helm the chart and the values, and no plugins', async () => {
    const { env, cwd } = withHelm('echo "$HELM_NO_PLUGINS $*" > "$BIN/said"; cat "$BIN/rendered.yaml"');
    await podproof(['check', '--helm', 'shop', '-f', 'debug.yaml', '--values', 'debug.yaml'], { cwd, env });
    const values = `--values ${cwd}/debug.yaml`;
    expect(readFileSync(`${env.BIN}/said`, 'utf8')).toBe(
      `1 template release-name ${cwd}/shop ${values} ${values}\n`,
    );
  });

  test('says what Helm complains of', async () => {
    const surroundings = withHelm('echo "Error: no such value" >&2; exit 1');
    const { stderr, exitCode } = await podproof(['check', '--helm', 'shop'], surroundings);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('shop: Helm cannot render it: no such value');
  });

  test('says where there is no helm, and where there is no chart', async () => {
    const { cwd } = withHelm('');
    const without = await podproof(['check', '--helm', 'shop'], { cwd, env: { PATH: '/nowhere' } });
    expect(without.stderr).toContain('shop: there is no program "helm" on the PATH');
    const nothing = await podproof(['check', '--helm', '.'], { cwd, env: { PATH: '/nowhere' } });
    expect(nothing.stderr).toContain('no folder of a chart');
  });

  test('takes values only with it', async () => {
    const { stderr, exitCode } = await podproof(['check', '-f', 'a.yaml', 'shop'], { cwd: '/' });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--values goes with --helm');
  });
});
