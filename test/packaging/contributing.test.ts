/** What CONTRIBUTING.md says about adding a practice is done here, in a copy of the project, and what follows from it is looked at. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const project = realpathSync(mkdtempSync(join(tmpdir(), 'podproof-contributing-')));

afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Step 1: the files of the practice. */
const PRACTICE = `/** Practice 9: nobody types into the container. */
import { booleanField, child, knownReadings } from '../kubernetes/slots.ts';
import type { Practice } from './practice.ts';
import { judgedContainers, nameOf } from './subjects.ts';

export const interactiveTerminal: Practice = {
  id: 'interactive-terminal',
  checks: [{ id: 'tty', severity: 'warning', aboutAbsence: false }],
  check(pod, _settings, report) {
    for (const container of judgedContainers(pod)) {
      for (const reading of knownReadings(booleanField(child(container.slot, 'tty'), 'container'))) {
        if (!reading.value) continue;
        report({
          check: 'tty',
          at: reading.span,
          container,
          message: \`\${nameOf(container)} keeps a terminal open; remove tty.\`,
          fixes: () => [
            {
              title: 'Remove tty',
              level: 'container',
              safety: 'review',
              why: 'Whoever attaches to the container finds no terminal.',
              ops: [{ op: 'remove', path: [...container.path, 'tty'] }],
            },
          ],
        });
      }
    }
  },
};
`;

const EXPLANATION = `/** What people read about practice 9: nobody types into the container. */
import type { Explanation } from '../explanation.ts';

export const interactiveTerminal: Explanation = {
  title: 'Terminal kept open',
  summary: 'A container with a terminal, which was needed for a look around once.',
  rationale: 'A terminal that stays open is for people, and a workload has none.',
  mayBreak: 'Whoever attaches to the container finds no terminal.',
  standards: [{ name: 'NSA/CISA Hardening Guide', item: 'Non-interactive containers' }],
  peers: [],
  fields: [],
  checks: { tty: { summary: '\`tty: true\` is written.', fixable: 'always' } },
  examples: [
    {
      title: 'Close it',
      bad: \`apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: example.com/web:1.4
      tty: true
\`,
      good: \`apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: example.com/web:1.4
\`,
    },
  ],
};
`;

/** Step 5: its spec. */
const SPEC = `# Interactive terminal

## Kept open

\`\`\`yaml
apiVersion: v1
kind: Pod
spec:
  containers:
    - name: web
      image: nginx:1.27
      tty: true
           ^^^^ tty
\`\`\`
`;

function edit(file: string, before: string, after: string): void {
  const path = join(project, file);
  const text = readFileSync(path, 'utf8');
  expect(text).toContain(before);
  writeFileSync(path, text.replace(before, after));
}

function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [resolve('node_modules', command), ...args],
    {
      cwd: project,
      env: { ...process.env, NO_COLOR: '1', ...env },
      encoding: 'utf8',
    },
  );
  expect(status, `${stdout}${stderr}`).toBe(0);
  return stdout;
}

let told = '';

beforeAll(() => {
  for (const name of readdirSync('.')) {
    if (!SKIPPED.has(name))
      cpSync(name, join(project, name), {
        recursive: true,
        filter: (source) => !source.endsWith('node_modules'),
      });
  }
  symlinkSync(resolve('node_modules'), join(project, 'node_modules'), 'junction');
  writeFileSync(join(project, 'shared/practices/interactiveTerminal.ts'), PRACTICE);
  writeFileSync(join(project, 'shared/practices/explained/interactiveTerminal.ts'), EXPLANATION);
  edit(
    'shared/practices/practice.ts',
    "  'read-only-root-filesystem',\n]",
    "  'read-only-root-filesystem',\n  'interactive-terminal',\n]",
  );
  edit(
    'shared/practices/index.ts',
    '  readOnlyRootFilesystem,\n]',
    '  readOnlyRootFilesystem,\n  interactiveTerminal,\n]',
  );
  edit(
    'shared/practices/index.ts',
    'import { privilegeEscalation }',
    "import { interactiveTerminal } from './interactiveTerminal.ts';\nimport { privilegeEscalation }",
  );
  edit(
    'shared/practices/explained.ts',
    "  'read-only-root-filesystem': readOnlyRootFilesystem,\n",
    "  'read-only-root-filesystem': readOnlyRootFilesystem,\n  'interactive-terminal': interactiveTerminal,\n",
  );
  edit(
    'shared/practices/explained.ts',
    'import { privilegeEscalation }',
    "import { interactiveTerminal } from './explained/interactiveTerminal.ts';\nimport { privilegeEscalation }",
  );
  edit(
    'shared/analysis/ladder.ts',
    "    case 'service-account-token':\n",
    "    case 'interactive-terminal':\n      return { step: 'likely', because: 'No program needs a terminal.' };\n    case 'service-account-token':\n",
  );
  writeFileSync(join(project, 'test/practices/interactive-terminal.md'), SPEC);
  told = run(
    'vitest/vitest.mjs',
    ['run', '--reporter=verbose', 'test/practices', 'test/catalog/generated.test.ts'],
    {
      UPDATE: '1',
    },
  );
}, 600_000);

const SKIPPED: ReadonlySet<string> = new Set(['node_modules', 'dist', 'out', '.git', '.vscode-test']);

describe('a practice that is added as CONTRIBUTING.md says', () => {
  const steps = readFileSync('CONTRIBUTING.md', 'utf8');

  it('takes the files that the page names', () => {
    const section = steps.slice(steps.indexOf('## Add a practice'), steps.indexOf('## Commits'));
    for (const file of [
      'shared/practices/practice.ts',
      'shared/practices/index.ts',
      'shared/practices/explained.ts',
      'shared/analysis/ladder.ts',
      'test/catalog/generated.test.ts',
    ]) {
      expect(section).toContain(file);
      expect(existsSync(file)).toBe(true);
    }
  });

  it('compiles', () => {
    run('typescript/bin/tsc', ['-b', 'shared/analysis']);
  });

  it('has its spec run, and its example and its page made', () => {
    expect(told).toMatch('interactive-terminal.md > Kept open');
    expect(told).toMatch('interactive-terminal: "Close it" is what its fixes make of it');
  });

  it('is in the settings, the schema, the pages and the README', () => {
    const contents = (file: string): string => readFileSync(join(project, file), 'utf8');
    expect(contents('package.json')).toMatch('"interactive-terminal/tty"');
    expect(contents('schemas/podproof.schema.json')).toMatch('"interactive-terminal/tty"');
    expect(contents('docs/practices/interactive-terminal.md')).toMatch('# Terminal kept open');
    expect(contents('docs/practices/README.md')).toMatch('interactive-terminal.md');
  });
});
