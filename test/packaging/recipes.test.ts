/** The recipes for CI: run as far as that can be done without the services they are for. */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readArguments } from '../../cli/arguments.ts';
import { buildProgram } from '../../packaging/programs.mjs';
import { HARDENED, PRIVILEGE } from '../cli/manifests.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'podproof-recipes-')));
const bin = join(folder, 'bin');
const PATH = `${bin}${delimiter}${process.env.PATH}`;

/** `podproof`, and an `npx` that starts it, whatever version it is asked for. */
beforeAll(async () => {
  const program = join(folder, 'cli.js');
  await buildProgram('cli', folder);
  mkdirSync(bin);
  writeScript('podproof', `exec '${process.execPath}' '${program}' "$@"`);
  writeScript(
    'npx',
    `[ "$1" = --yes ] && shift\ncase $1 in podproof|podproof@*) shift; exec podproof "$@" ;; esac\nexit 127`,
  );
});

function writeScript(name: string, body: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
  chmodSync(join(bin, name), 0o755);
}

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function repository(files: Readonly<Record<string, string>>): string {
  const cwd = mkdtempSync(join(folder, 'repository-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(cwd, name, '..'), { recursive: true });
    writeFileSync(join(cwd, name), content);
  }
  return cwd;
}

interface Step {
  readonly id?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uses?: string;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const action = parse(readFileSync('action.yml', 'utf8')) as Action;

/** Runs the scripts of the action in order, as a runner does: bash that stops at an error, inputs in the environment. */
function runAction(
  cwd: string,
  inputs: Readonly<Record<string, string>>,
): { status: number; sarif: string; log: string } {
  const output = join(cwd, '.output');
  writeFileSync(output, '');
  const outputs = (): Map<string, string> =>
    new Map(
      readFileSync(output, 'utf8')
        .split('\n')
        .map((line) => line.split('=', 2) as [string, string]),
    );
  let log = '';
  let status = 0;
  for (const { run, env = {} } of action.runs.steps) {
    if (run === undefined) continue;
    const values = Object.entries(env).map(([name, value]) => [
      name,
      value
        .replace(
          /\$\{\{ inputs\.([\w-]+) \}\}/,
          (_, input: string) => inputs[input] ?? action.inputs[input]?.default ?? '',
        )
        .replace(/\$\{\{ steps\.check\.outputs\.([\w-]+) \}\}/, (_, key: string) => outputs().get(key) ?? ''),
    ]);
    const ended = spawnSync('bash', ['--noprofile', '--norc', '-e', '-o', 'pipefail', '-c', run], {
      cwd,
      encoding: 'utf8',
      env: { ...process.env, PATH, RUNNER_TEMP: cwd, GITHUB_OUTPUT: output, ...Object.fromEntries(values) },
    });
    log += ended.stdout + ended.stderr;
    status = ended.status ?? 1;
    if (status !== 0) break;
  }
  const file = outputs().get('sarif-file') ?? '';
  return { status, sarif: existsSync(file) ? readFileSync(file, 'utf8') : '', log };
}

describe.skipIf(process.platform === 'win32')('the GitHub Action', () => {
  it('reports, and fails behind the upload', () => {
    const cwd = repository({ 'a.yaml': PRIVILEGE });
    const { status, sarif, log } = runAction(cwd, {});
    expect(status).toBe(1);
    expect(JSON.parse(sarif)).toMatchObject({
      runs: [{ results: [{ ruleId: 'privilege-escalation/allowed' }] }],
    });
    expect(log).toMatch('::error::Podproof has findings');
    expect(action.runs.steps.map(({ uses, id }) => uses ?? id)).toEqual([
      'check',
      'github/codeql-action/upload-sarif@v4',
      undefined,
    ]);
  });

  it('passes where nothing is found, and checks the paths that are named', () => {
    const cwd = repository({ 'one dir/a.yaml': HARDENED, 'b.yaml': HARDENED, 'c/c.yaml': PRIVILEGE });
    expect(runAction(cwd, { paths: 'one dir\nb.yaml\n' }).status).toBe(0);
    expect(runAction(cwd, { paths: 'c', 'fail-on': 'never' }).status).toBe(0);
  });

  it('runs nothing that is in its inputs', () => {
    const cwd = repository({ 'a.yaml': HARDENED });
    const evil = '$(touch stolen)`touch stolen`; touch stolen';
    expect(runAction(cwd, { paths: evil, config: evil }).status).toBe(2);
    expect(readdirSync(cwd)).not.toContain('stolen');
    for (const { run = '' } of action.runs.steps) expect(run).not.toMatch('${{');
  });

  it('tells a usage error from findings', () => {
    expect(runAction(repository({}), { 'fail-on': 'sometimes' }).status).toBe(2);
  });
});

describe.skipIf(process.platform === 'win32')('the hooks for pre-commit', () => {
  const hooks = parse(readFileSync('.pre-commit-hooks.yaml', 'utf8')) as readonly {
    id: string;
    entry: string;
  }[];
  const entryOf = (id: string): readonly string[] =>
    hooks.find((hook) => hook.id === id)?.entry.split(' ') ?? [];

  it('check the files that are committed, and fix them', () => {
    const cwd = repository({ 'a.yaml': PRIVILEGE, 'values.yaml': 'replicas: 1\n' });
    const run = ([command = '', ...args]: readonly string[]): number | null =>
      spawnSync(command, [...args, 'a.yaml', 'values.yaml'], { cwd, env: { ...process.env, PATH } }).status;
    expect(run(entryOf('podproof-check'))).toBe(1);
    expect(run(entryOf('podproof-fix'))).toBe(0);
    expect(run(entryOf('podproof-check'))).toBe(0);
  });

  it('find the program built, as pre-commit packs the repository', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    expect(scripts.prepack).toBe(scripts.build);
  });
});

describe('the page', () => {
  const blocks = [...readFileSync('docs/ci.md', 'utf8').matchAll(/```(\w+)\n([\s\S]*?)```/g)].map(
    ([, language = '', text = '']) => ({ language, text }),
  );

  it('holds YAML that is YAML', () => {
    for (const { text } of blocks.filter(({ language }) => language === 'yaml'))
      expect(parse(text)).toBeTypeOf('object');
  });

  it('names inputs that the action has', () => {
    const { jobs } = parse(blocks.find(({ text }) => text.includes('podproof/podproof@'))?.text ?? '') as {
      jobs: { podproof: { steps: { with?: Record<string, string> }[] } };
    };
    const given = jobs.podproof.steps.flatMap((step) => Object.keys(step.with ?? {}));
    expect(given.length).toBeGreaterThan(0);
    expect(given.filter((input) => action.inputs[input] === undefined)).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')(
    'holds a GitLab job whose script writes a code quality report',
    () => {
      const { podproof: job } = parse(
        blocks.find(({ text }) => text.includes('codequality'))?.text ?? '',
      ) as {
        podproof: { script: string[]; artifacts: { reports: { codequality: string } } };
      };
      const cwd = repository({ 'a.yaml': PRIVILEGE });
      const { status } = spawnSync('sh', ['-ec', job.script.join('\n')], {
        cwd,
        env: { ...process.env, PATH },
      });
      expect(status).toBe(1);
      const report = readFileSync(join(cwd, job.artifacts.reports.codequality), 'utf8');
      expect(JSON.parse(report)).toMatchObject([{ location: { path: 'a.yaml' } }]);
    },
  );

  it.skipIf(process.platform === 'win32')('holds commands that begin quietly with a baseline', () => {
    const cwd = repository({ 'a.yaml': PRIVILEGE });
    const text = blocks.find(({ text }) => text.includes('podproof baseline'))?.text ?? '';
    execFileSync('sh', ['-ec', text], { cwd, env: { ...process.env, PATH }, stdio: 'pipe' });
  });
});

describe('every command line in the documentation', () => {
  const pages = [
    'README.md',
    ...readdirSync('docs')
      .filter((name) => name.endsWith('.md'))
      .map((name) => `docs/${name}`),
  ];
  const typed = pages.flatMap((page) =>
    [
      ...readFileSync(page, 'utf8').matchAll(
        /(?<![\w"/.@-])podproof ((?:check|fix|baseline|completion) [^`#|<>\n"]*)/g,
      ),
    ].map(([, args = '']) => ({ page, args: args.trim() })),
  );

  it.each(typed)('$page: podproof $args', ({ args }) => {
    const parsed = readArguments(args.split(/ +/));
    expect(parsed.ok ? '' : parsed.problem).toBe('');
  });
});

describe('the image', () => {
  const lines = readFileSync('Dockerfile', 'utf8').split('\n');

  it('ends as a user who is not root, in an image without a shell', () => {
    const from = lines.filter((line) => line.startsWith('FROM ')).at(-1);
    expect(from).toMatch(/^FROM gcr\.io\/distroless\/nodejs\d+-debian\d+:nonroot$/);
    const [, uid = '', gid = ''] =
      /^USER (\d+):(\d+)$/.exec(lines.find((line) => line.startsWith('USER ')) ?? '') ?? [];
    expect(Number(uid)).toBeGreaterThan(1000);
    expect(Number(gid)).toBeGreaterThan(3000);
  });

  it('copies bundles that the build makes', () => {
    const copied = lines.filter((line) => line.startsWith('COPY --from=build')).join('\n');
    expect(copied).toMatch('/build/dist/cli.js ');
    expect(copied).toMatch('/build/dist/cli /podproof/cli');
    expect(readdirSync(folder)).toEqual(expect.arrayContaining(['cli', 'cli.js']));
  });
});

describe('the workflows', () => {
  it.each(readdirSync('.github/workflows'))(
    '%s asks for few permissions, and runs nothing that others may write',
    (name) => {
      const text = readFileSync(`.github/workflows/${name}`, 'utf8');
      const { permissions, jobs } = parse(text) as {
        permissions: object;
        jobs: Record<string, { steps: Step[] }>;
      };
      expect(permissions).toEqual({ contents: 'read' });
      for (const { run = '' } of Object.values(jobs).flatMap(({ steps }) => steps))
        expect(run).not.toMatch('${{');
    },
  );

  it('run scripts that the project has', () => {
    const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    for (const name of readdirSync('.github/workflows')) {
      const text = readFileSync(`.github/workflows/${name}`, 'utf8');
      for (const [, script = ''] of text.matchAll(/npm run ([\w:]+)/g))
        expect(scripts).toHaveProperty(script);
    }
  });
});
