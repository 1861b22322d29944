/** The server as it ships: the bundle in `dist/` where it is newer than its sources, else one made for the tests. */
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildProgram } from '../../packaging/programs.mjs';

export interface BuiltServer {
  readonly file: string;
  /** Removes what was made for the tests. */
  remove(): void;
}

export async function builtServer(): Promise<BuiltServer> {
  const shipped = path.resolve('dist/server.js');
  const sources = ['server', 'programs', 'shared', 'packaging', 'package.json', 'esbuild.mjs'].flatMap(
    filesBelow,
  );
  const newest = Math.max(...sources.map((file) => statSync(file).mtimeMs));
  if (existsSync(shipped) && statSync(shipped).mtimeMs > newest) return { file: shipped, remove() {} };

  const folder = mkdtempSync(path.join(tmpdir(), 'podproof-server-'));
  await buildProgram('server', folder);
  return {
    file: path.join(folder, 'server.js'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function filesBelow(place: string): readonly string[] {
  if (statSync(place).isFile()) return [place];
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
