/** Status: what is said of a file beside its squiggles. */
import { expect, expectTypeOf, test } from 'vitest';
import type {
  HardenParams as ClientHardenParams,
  HardenResult as ClientHardenResult,
  LadderResult as ClientLadderResult,
  StatusParams as ClientStatusParams,
} from '../../client/protocol.ts';
import * as client from '../../client/protocol.ts';
import {
  type HardenParams,
  type HardenResult,
  hardenRequest,
  type LadderResult,
  ladderRequest,
  type StatusParams,
  statusNotification,
} from '../../server/protocol.ts';
import { BARE_POD, HARDENED_POD } from './manifests.ts';
import { startInProcess } from './testClient.ts';

const uri = 'file:///manifest.yaml';

test.each([
  ['', { text: 'not a Kubernetes manifest' }],
  ['services:\n  web: {image: nginx}\n', { text: 'not a Kubernetes manifest' }],
  [
    'apiVersion: v1\nkind: ConfigMap\n',
    { text: 'no pods', detail: 'None of the objects in this file holds a pod' },
  ],
  [
    '{{ include "web.deployment" . }}\n',
    { text: 'templated', detail: 'What this template becomes is not known before it is rendered' },
  ],
  [HARDENED_POD, { text: '8 of 8 practices' }],
  [
    HARDENED_POD.replace('  automountServiceAccountToken: false\n', '').replace('cpu: 500m, ', ''),
    { text: '6 of 8 practices', detail: 'Missed: resources, service-account-token' },
  ],
  [
    `${HARDENED_POD}---\nkind: Deployment\nspec: {{ .Values.spec }}\n`,
    {
      text: '8 of 8 practices',
      detail: '1 document is templated; what values decide there is not judged',
    },
  ],
])('%j', async (text, status) => {
  const session = await startInProcess();
  session.open(uri, text);
  await session.diagnostics(uri);
  expect(await session.statuses.next()).toEqual({ uri, ...status });
  await session.stop();
});

test('practices that are off do not count', async () => {
  const session = await startInProcess({ settings: { checks: { resources: 'off', seccomp: 'off' } } });
  session.open(uri, HARDENED_POD);
  await session.diagnostics(uri);
  expect((await session.statuses.next()).text).toBe('6 of 6 practices');
  await session.stop();
});

test('it is said again only when it is another one, or when the file was opened again', async () => {
  const session = await startInProcess();
  session.open(uri, BARE_POD);
  await session.diagnostics(uri);
  session.change(uri, 2, { text: `# a pod\n${BARE_POD}` });
  await session.diagnostics(uri);
  session.change(uri, 3, { text: HARDENED_POD });
  await session.diagnostics(uri);
  session.close(uri);
  session.open(uri, HARDENED_POD);
  await session.diagnostics(uri);
  expect(session.statuses.taken().map(({ text }) => text)).toEqual([
    '0 of 8 practices',
    '8 of 8 practices',
    '8 of 8 practices',
  ]);
  await session.stop();
});

test('client and server agree on the messages of their own', () => {
  expect(statusNotification.method).toBe(client.statusNotification);
  expect(hardenRequest.method).toBe(client.hardenRequest);
  expect(ladderRequest.method).toBe(client.ladderRequest);
  expectTypeOf<LadderResult>().toExtend<ClientLadderResult>();
  expectTypeOf<StatusParams>().toExtend<ClientStatusParams>();
  expectTypeOf<ClientHardenParams>().toExtend<HardenParams>();
  expectTypeOf<HardenResult>().toExtend<ClientHardenResult>();
});
