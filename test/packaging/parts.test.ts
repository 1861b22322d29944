/** A program in parts: what is loaded later belongs to the build that asks for it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildInParts } from '../../packaging/parts.mjs';
import { shared } from '../../packaging/programs.mjs';

const root = mkdtempSync(path.join(tmpdir(), 'podproof-parts-'));
const folder = path.join(root, 'program');

beforeAll(() => {
  writeFileSync(path.join(root, 'later.ts'), 'export function greet() { return "from the part"; }\n');
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Builds a program that says its version, waits for its input to end, and then calls what it loads later. */
async function buildVersion(version: number): Promise<void> {
  writeFileSync(
    path.join(root, 'main.ts'),
    `import { greet } from './later.ts';
console.log('version ${version}');
process.stdin.resume().on('end', () => console.log(greet()));
`,
  );
  rmSync(folder, { recursive: true, force: true });
  const options = { ...shared, alias: {} };
  await buildInParts({ entry: 'main.ts', parts: { later: ['later.ts'] }, folder }, root, options);
}

/** What a program says and complains of that has started before something happens, and goes on behind it. */
async function saidAround(happens: () => Promise<void>): Promise<string> {
  const child = spawn(process.execPath, [path.join(folder, 'start.js')], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  }
  await once(child.stdout, 'data');
  const closed = once(child, 'close');
  await happens();
  child.stdin.end();
  await closed;
  return said;
}

test('is called when it is needed', async () => {
  await buildVersion(1);
  expect(await saidAround(async () => undefined)).toBe('version 1\nfrom the part\n');
});

test('is not found any more where another build has replaced the files', async () => {
  await buildVersion(1);
  const said = await saidAround(() => buildVersion(2));
  expect(said).toMatch(/^version 1\n/);
  expect(said).toMatch(/Cannot find module '\.\/later-[0-9a-f]{8}\.js'/);
});
