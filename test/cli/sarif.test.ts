/** SARIF logs hold to the standard, whatever is in them. */
import { describe, expect, it } from 'vitest';
import { explainedPractices } from '../../shared/practices/explained.ts';
import { folderWith, podproof } from './commandLine.ts';
import { HARDENED, PRIVILEGE } from './manifests.ts';
import { sarifProblems } from './sarifSchema.ts';

async function logOf(
  files: Readonly<Record<string, string>>,
  paths: readonly string[] = ['.'],
): Promise<unknown> {
  const cwd = folderWith(files);
  const { stdout } = await podproof(['check', '--format', 'sarif', ...paths], { cwd });
  return JSON.parse(stdout);
}

describe('a log is valid', () => {
  it.each([
    ['without a result', { 'a.yaml': HARDENED }, ['.']],
    ['with every check of the examples of the practices', examples(), ['.']],
    ['with files that could not be read', { 'a.yaml': 'a: [1\n' }, ['a.yaml', 'b.yaml']],
    ['with odd names', { 'ä #1 [x]%20.yaml': PRIVILEGE }, ['.']],
    [
      'with suppressed findings, and suppressions that are wrong',
      {
        'a.yaml': PRIVILEGE.replace('spec:\n', 'spec: # podproof-ignore privilege-escalation\n').replace(
          'metadata:\n',
          'metadata:\n  annotations:\n    podproof/ignore: "nonsense, seccomp: because"\n',
        ),
      },
      ['.'],
    ],
  ])('%s', async (_, files, paths) => {
    expect(sarifProblems(await logOf(files, paths))).toEqual([]);
  });

  it('and the validator sees what is not', async () => {
    const log = (await logOf({ 'a.yaml': PRIVILEGE })) as {
      runs: [
        {
          results: [{ level: string; extra?: number; locations: { physicalLocation: { region: object } }[] }];
        },
      ];
    };
    const [result] = log.runs[0].results;
    result.level = 'information';
    result.extra = 1;
    const [location] = result.locations;
    if (location) location.physicalLocation.region = { startLine: 0 };
    expect([...sarifProblems(log)].sort()).toEqual([
      '/runs/0/results/0 must NOT have additional properties',
      '/runs/0/results/0/level must be equal to one of the allowed values',
      '/runs/0/results/0/locations/0/physicalLocation/region/startLine must be >= 1',
    ]);
  });
});

it('every rule has help, a page, and a name of its own', async () => {
  const log = (await logOf({})) as {
    runs: [{ tool: { driver: { rules: { id: string; name: string; help?: object; helpUri?: string }[] } } }];
  };
  const { rules } = log.runs[0].tool.driver;
  expect(rules.filter(({ help, helpUri }) => help === undefined || helpUri === undefined)).toEqual([]);
  expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
});

function examples(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    explainedPractices().flatMap(({ id, examples }) =>
      examples.map(({ bad }, index) => [`${id}-${index}.yaml`, bad]),
    ),
  );
}
