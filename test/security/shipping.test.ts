/** What ships: bundles alone, in which no program is named by a setting, and nothing runs when it is installed. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly bundleDependencies?: unknown;
}

interface Lockfile {
  readonly packages: Readonly<
    Record<
      string,
      { readonly dev?: boolean; readonly hasInstallScript?: boolean; readonly resolved?: string }
    >
  >;
}

const read = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

/** The hooks that npm runs for whoever installs a package. */
const HOOKS = [
  'preinstall',
  'install',
  'postinstall',
  'prepare',
  'preuninstall',
  'uninstall',
  'postuninstall',
];

test('nothing is installed with the package, and nothing runs then', () => {
  const { scripts, dependencies, optionalDependencies, bundleDependencies } = read<Manifest>('package.json');
  expect({ dependencies, optionalDependencies, bundleDependencies }).toEqual({});
  expect(Object.keys(scripts).filter((name) => HOOKS.includes(name))).toEqual([]);
});

test('what is bundled has no install scripts, and all else is for developing', () => {
  const { packages } = read<Lockfile>('package-lock.json');
  const others = Object.entries(packages).filter(([name, { dev }]) => name !== '' && dev !== true);
  expect(others.map(([name]) => name)).toEqual([]);
  const installing = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript === true);
  // Tools alone, which make and test the bundles and are in none of them.
  expect(installing.map(([name]) => name.replace(/^.*node_modules\//, '')).sort()).toEqual(INSTALLING);
});

const INSTALLING = ['@vscode/vsce-sign', 'esbuild', 'keytar'];

test('no setting names a program, or a place outside of the workspace', () => {
  const { properties } = read<{ readonly properties: Readonly<Record<string, unknown>> }>(
    'schemas/podproof.schema.json',
  );
  const names = Object.keys(properties);
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => /command|program|exec|path|binary|shell|url/i.test(name))).toEqual([]);
});
