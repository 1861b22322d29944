/** The baseline that the server makes for the client to write: what it remembers, and that it hides it. */
import { describe, expect, test } from 'vitest';
import * as client from '../../client/protocol.ts';
import { type BaselineResult, baselineRequest } from '../../server/protocol.ts';
import { analyzeText, findingsOf } from '../../shared/analysis/analyze.ts';
import { writeBaseline } from '../../shared/analysis/baseline.ts';
import { DEFAULT_SETTINGS } from '../../shared/catalog/settings.ts';
import { BARE_POD, HARDENED_POD } from './manifests.ts';
import { startInProcess, type TestClient } from './testClient.ts';

const folder = 'file:///work';

function baseline(session: TestClient, of = folder): Promise<BaselineResult> {
  return session.connection.sendRequest(baselineRequest, { folder: of });
}

const findings = findingsOf(analyzeText(BARE_POD, DEFAULT_SETTINGS)).map(({ finding }) => finding);

describe('the baseline of a folder', () => {
  test('is asked for by the same name on both sides', () => {
    expect(client.baselineRequest).toBe(baselineRequest.method);
  });

  test('is what the command line writes, with open files as they are typed and nothing of other folders', async () => {
    const session = await startInProcess({
      folders: [folder, `${folder}/inner`],
      files: new Map([
        [`${folder}/closed%20one.yaml`, BARE_POD],
        [`${folder}/open.yaml`, BARE_POD],
        [`${folder}/typed.yaml`, HARDENED_POD],
        [`${folder}/inner/b.yaml`, BARE_POD],
      ]),
    });
    session.open(`${folder}/open.yaml`, HARDENED_POD);
    session.open(`${folder}/typed.yaml`, BARE_POD);
    expect(await baseline(session)).toEqual({
      text: writeBaseline([
        { path: 'closed one.yaml', findings },
        { path: 'typed.yaml', findings },
      ]),
      findings: 2 * findings.length,
      files: 2,
    });
    await session.stop();
  });

  test('hides what it remembers once it is written, and is the same when it is made again', async () => {
    const files = new Map([[`${folder}/a.yaml`, BARE_POD]]);
    const session = await startInProcess({ folders: [folder], files });
    session.open(`${folder}/a.yaml`, BARE_POD);
    expect((await session.diagnostics(`${folder}/a.yaml`)).length).toBeGreaterThan(0);
    const made = await baseline(session);
    if ('declined' in made) throw new Error(made.declined);
    files.set(`${folder}/.podproof-baseline.json`, made.text);
    session.filesChanged(`${folder}/.podproof-baseline.json`);
    await session.refreshes.next();
    expect(await session.diagnostics(`${folder}/a.yaml`)).toEqual([]);
    expect(await baseline(session)).toEqual(made);
    await session.stop();
  });

  test('is declined for what is no folder of the workspace, and where no files can be read', async () => {
    const session = await startInProcess({ folders: [folder], files: new Map() });
    expect(await baseline(session, 'file:///elsewhere')).toHaveProperty('declined');
    await session.stop();
    const blind = await startInProcess({ folders: [folder] });
    expect(await baseline(blind)).toHaveProperty('declined');
    await blind.stop();
  });
});
