/** Code lenses and inlay hints: what the client is given, what a click asks for, and that settings take effect at once. */
import { describe, expect, test } from 'vitest';
import * as client from '../../client/protocol.ts';
import { CHOOSE_HARDEN, type HardenChoicesParams, hardenChoicesRequest } from '../../server/protocol.ts';
import { BARE_POD, HARDENED_POD, TWO_CONTAINERS } from './manifests.ts';
import { edited, PLAIN, startInProcess, VSCODE } from './testClient.ts';

const uri = 'file:///manifest.yaml';
const everything = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };

describe('code lenses', () => {
  test('stand above each workload, and say what is missed', async () => {
    const session = await startInProcess();
    session.open(uri, `${BARE_POD}---\n${HARDENED_POD}`);
    const lenses = await session.lenses(uri);
    expect(lenses.map(({ range, command }) => `${range.start.line} ${command?.title}`)).toEqual([
      '0 Podproof 0/8',
      '9 Podproof 8/8',
    ]);
    expect(lenses[1]?.command?.tooltip).toBe('No practice is missed');
    await session.stop();
  });

  test('are text alone for a client that has no such command', async () => {
    const session = await startInProcess({ capabilities: { ...VSCODE, experimental: undefined } });
    session.open(uri, BARE_POD);
    const [lens] = await session.lenses(uri);
    expect(lens?.command).toEqual(expect.objectContaining({ title: 'Podproof 0/8', command: '' }));
    await session.stop();
  });

  test('are not offered to a client that shows none', async () => {
    const session = await startInProcess({ capabilities: PLAIN });
    expect(session.initialized.capabilities.codeLensProvider).toBeUndefined();
    expect(session.initialized.capabilities.inlayHintProvider).toBeUndefined();
    await session.stop();
  });

  test('go when the setting says so, at once', async () => {
    const session = await startInProcess();
    session.open(uri, BARE_POD);
    expect(await session.lenses(uri)).toHaveLength(1);
    session.settings = { codeLens: false };
    session.configure(null);
    await session.lensRefreshes.next();
    expect(await session.lenses(uri)).toEqual([]);
    await session.stop();
  });

  test('open what can be hardened in their workload, each choice with its edit', async () => {
    const session = await startInProcess();
    const text = `${BARE_POD}---\n${TWO_CONTAINERS}`;
    session.open(uri, text);
    const [, lens] = await session.lenses(uri);
    if (lens?.command === undefined) throw new Error('There is a lens.');
    expect(lens.command.command).toBe(CHOOSE_HARDEN);
    const [argument] = lens.command.arguments as [HardenChoicesParams];
    const choices = await session.connection.sendRequest(hardenChoicesRequest, argument);
    expect(choices.map(({ title }) => title)).toEqual([
      'Harden the pod',
      'Harden the container web alone',
      'Harden the container cache alone',
      'Harden this file',
    ]);
    const [pod, , cache] = choices;
    if (pod === undefined || cache === undefined) throw new Error('There are choices.');
    const hardened = edited(text, uri, (await session.resolve(pod)).edit);
    expect(hardened.startsWith(BARE_POD)).toBe(true);
    session.change(uri, 2, { text: hardened });
    expect((await session.lenses(uri)).map(({ command }) => command?.title)).toEqual([
      'Podproof 0/8',
      'Podproof 8/8',
    ]);
    await session.stop();
  });

  test('offer nothing where nothing is missed', async () => {
    const session = await startInProcess();
    session.open(uri, HARDENED_POD);
    const position = { line: 0, character: 0 };
    expect(await session.connection.sendRequest(hardenChoicesRequest, { uri, position })).toEqual([]);
    await session.stop();
  });

  test('are asked for by the same names on both sides', () => {
    expect(CHOOSE_HARDEN).toBe(client.chooseHardenCommand);
    expect(hardenChoicesRequest.method).toBe(client.hardenChoicesRequest);
  });
});

describe('inlay hints', () => {
  test('are off until the setting asks for them, and come at once then', async () => {
    const session = await startInProcess();
    session.open(uri, HARDENED_POD);
    expect(await session.hints(uri, everything)).toEqual([]);
    session.settings = { inlayHints: true };
    session.configure(null);
    await session.hintRefreshes.next();
    const [hint, ...others] = await session.hints(uri, everything);
    expect(others).toEqual([]);
    expect(hint?.position).toEqual({ line: 15, character: 22 });
    expect(hint?.label).toContain('runAsUser: 10001');
    await session.stop();
  });
});
