/** A chart as the helm program renders it, in an editor; a script stands in for Helm here. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CancellationTokenSource } from 'vscode-languageserver/node';
import * as client from '../../client/protocol.ts';
import { renderByHelm } from '../../server/nodePrograms.ts';
import { type HelmCheckParams, type HelmCheckResult, helmCheckRequest } from '../../server/protocol.ts';
import { CREATED } from '../helm/charts.ts';
import { startInProcess, type TestClient } from './testClient.ts';

const ROOT = 'file:///work/shop';
const TEMPLATE = `${ROOT}/templates/deployment.yaml`;
const VALUES = `${ROOT}/values.yaml`;

/** What Helm makes of the chart's deployment, with a container that no reading of the template can know of. */
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
          image: "nginx:1.16.0"
        - name: injected
          securityContext:
            privileged: true
          image: "busybox:1"
`;

interface Session {
  readonly session: TestClient;
  readonly files: Map<string, string>;
  /** The folder of the stand-in. */
  readonly bin: string;
}

/** A client of a server on whose PATH a script is the only helm; undefined for none. */
async function withHelm(script: string | undefined): Promise<Session> {
  const bin = mkdtempSync(join(tmpdir(), 'podproof-helm-'));
  onTestFinished(() => rmSync(bin, { recursive: true, force: true }));
  writeFileSync(join(bin, 'rendered.yaml'), RENDERED);
  if (script !== undefined) {
    writeFileSync(join(bin, 'helm'), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, 'helm'), 0o755);
  }
  const others = script === undefined ? '' : ':/usr/bin:/bin';
  const files = new Map(Object.entries(CREATED).map(([path, text]) => [`${ROOT}/${path}`, text]));
  const session = await startInProcess({
    folders: ['file:///work'],
    files,
    renderChart: renderByHelm({ PATH: `${bin}${others}`, BIN: bin }),
  });
  onTestFinished(() => session.stop());
  return { session, files, bin };
}

const RENDER = 'echo "$HELM_NO_PLUGINS $*" > "$BIN/said"; cat "$BIN/rendered.yaml"';

function check({ connection }: TestClient, params: Partial<HelmCheckParams> = {}): Promise<HelmCheckResult> {
  return connection.sendRequest(helmCheckRequest, { uri: TEMPLATE, isTrusted: true, ...params });
}

async function declined(answer: Promise<HelmCheckResult>): Promise<string> {
  const result = await answer;
  return 'declined' in result ? result.declined : 'It was not declined.';
}

async function found(
  session: TestClient,
  uri = TEMPLATE,
): Promise<Exclude<HelmCheckResult, { readonly declined: string }>> {
  const result = await check(session, { uri });
  if ('declined' in result) throw new Error(result.declined);
  return result;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a chart that Helm renders', () => {
  test('is asked for by the same name on both sides', () => {
    expect(client.helmCheckRequest).toBe(helmCheckRequest.method);
  });

  test('is told at its templates, with what only the rendering shows', async () => {
    const { session } = await withHelm(RENDER);
    const { root, files, beyond } = await found(session);
    expect(root).toBe(ROOT);
    expect(files.map(({ uri }) => uri)).toEqual([TEMPLATE]);
    const diagnostics = files[0]?.diagnostics ?? [];
    const codes = diagnostics.map(({ code }) => code);
    expect(codes).toContain('privilege-escalation/privileged');
    expect(codes).not.toContain('service-account-token/mounted');
    expect(new Set(diagnostics.map(({ source }) => source))).toEqual(new Set(['podproof helm']));
    expect(beyond).toBeGreaterThan(0);
    expect(beyond).toBeLessThan(diagnostics.length);
    expect(session.published.taken()).toEqual([]);
  });

  test('says what the template says itself at the same places, and names the values that decide it', async () => {
    const { session } = await withHelm(RENDER);
    session.open(TEMPLATE, CREATED['templates/deployment.yaml'] ?? '', 1, 'helm');
    const own = await session.diagnostics(TEMPLATE);
    const { files, beyond } = await found(session);
    const all = files[0]?.diagnostics ?? [];
    const same = all.filter((one) =>
      own.some(({ code, range }) => code === one.code && range.start.line === one.range.start.line),
    );
    expect(same.length).toBe(all.length - beyond);
    expect(same.length).toBeGreaterThan(3);
    const notDenied = same.find(({ code }) => code === 'privilege-escalation/not-denied');
    expect(notDenied?.relatedInformation?.map(({ location }) => location.uri)).toContain(VALUES);
  });

  test('is given to Helm without plugins, and with the values file that it is asked from', async () => {
    const { session, files, bin } = await withHelm(RENDER);
    files.set(`${ROOT}/values-prod.yaml`, 'securityContext: {privileged: true}\n');
    await found(session, `${ROOT}/values-prod.yaml`);
    expect(readFileSync(join(bin, 'said'), 'utf8')).toBe(
      '1 template release-name /work/shop --values /work/shop/values-prod.yaml\n',
    );
    await found(session, VALUES);
    expect(readFileSync(join(bin, 'said'), 'utf8')).toBe('1 template release-name /work/shop\n');
  });

  test('has nothing where its template is left out', async () => {
    const { session, files } = await withHelm(RENDER);
    files.set('file:///work/.podproof.yaml', 'exclude: ["shop/**"]\n');
    const { files: answered, beyond } = await found(session);
    expect(answered).toEqual([]);
    expect(beyond).toBe(0);
  });
});

describe('no program is started', () => {
  test('in a workspace that is not trusted, or that nobody says is', async () => {
    const { session, bin } = await withHelm(RENDER);
    for (const isTrusted of [false, undefined, null, 'true', 1] as boolean[]) {
      expect(await declined(check(session, { isTrusted }))).toBe(
        'Programs are only started in a trusted workspace.',
      );
    }
    expect(existsSync(join(bin, 'said'))).toBe(false);
  });

  test('by opening, typing and saving in a chart', async () => {
    const { session, bin } = await withHelm(RENDER);
    session.open(TEMPLATE, CREATED['templates/deployment.yaml'] ?? '', 1, 'helm');
    await session.diagnostics(TEMPLATE);
    session.change(TEMPLATE, 2, { text: '' });
    session.filesChanged(VALUES);
    await session.diagnostics(TEMPLATE);
    expect(existsSync(join(bin, 'said'))).toBe(false);
  });

  test('for a file that belongs to no chart', async () => {
    const { session, bin } = await withHelm(RENDER);
    expect(await declined(check(session, { uri: 'file:///work/pod.yaml' }))).toContain(
      'belongs to no Helm chart',
    );
    expect(existsSync(join(bin, 'said'))).toBe(false);
  });

  test('for a chart with files that are not saved', async () => {
    const { session, bin } = await withHelm(RENDER);
    session.open(VALUES, `${CREATED['values.yaml']}more: 1\n`);
    expect(await declined(check(session))).toBe('Helm reads what is on the disk: save values.yaml first.');
    expect(existsSync(join(bin, 'said'))).toBe(false);
  });

  test('where the server has none, as in a browser', async () => {
    const files = new Map(Object.entries(CREATED).map(([path, text]) => [`${ROOT}/${path}`, text]));
    const session = await startInProcess({ files });
    expect(await declined(check(session))).toContain('No programs can be started here');
    await session.stop();
  });
});

describe('what Helm cannot do', () => {
  test('is told in its words', async () => {
    const { session } = await withHelm('echo "Error: no such value" >&2; exit 1');
    expect(await declined(check(session))).toBe('Helm cannot render it: no such value.');
  });

  test('is told where there is no Helm', async () => {
    const { session } = await withHelm(undefined);
    expect(await declined(check(session))).toBe('There is no program "helm" on the PATH.');
  });

  test('ends when a person gives up', async () => {
    const { session, bin } = await withHelm(
      'mkfifo "$BIN/never"; echo $$ > "$BIN/said"; read line < "$BIN/never"',
    );
    const giveUp = new CancellationTokenSource();
    const answer = session.connection.sendRequest(
      helmCheckRequest,
      { uri: TEMPLATE, isTrusted: true },
      giveUp.token,
    );
    const refused = expect(answer).rejects.toThrow('was cancelled');
    await expect
      .poll(() => existsSync(join(bin, 'said')) && readFileSync(join(bin, 'said'), 'utf8'))
      .toMatch(/^\d+\n/);
    giveUp.cancel();
    await refused;
    const pid = Number(readFileSync(join(bin, 'said'), 'utf8'));
    await expect.poll(() => isRunning(pid)).toBe(false);
  });
});
