/** `podproof completion` prints scripts that shells can read. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { COMMANDS, OPTIONS } from '../../cli/arguments.ts';
import { podproof } from './commandLine.ts';

/** What bash offers behind these words; the last is being typed. */
async function offeredByBash(...words: string[]): Promise<readonly string[]> {
  const { stdout } = await podproof(['completion', 'bash']);
  const script = `${stdout}
COMP_WORDS=(podproof "$@"); COMP_CWORD=$#
_podproof
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const {
    stdout: offered,
    stderr,
    status,
  } = spawnSync('bash', ['-c', script, 'bash', ...words], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return offered.trim().split('\n');
}

describe('bash', () => {
  it.each([
    [[''], [...COMMANDS, '--help', '--version']],
    [['ch'], ['check']],
    [
      ['check', '--f'],
      ['--format', '--fail-on'],
    ],
    [['check', '--format', 's'], ['sarif']],
    [
      ['check', '--fail-on', ''],
      ['error', 'warning', 'information', 'never'],
    ],
    [['check', '--config', 'completion'], ['completion.test.ts']],
    [['check', 'completion'], ['completion.test.ts']],
    [['fix', '--d'], ['--diff']],
    [['completion', 'z'], ['zsh']],
  ])('behind %j offers %j', async (words, expected) => {
    expect(await offeredByBash(...words)).toEqual(expected);
  });
});

describe.each(['bash', 'zsh', 'fish'])('%s', (shell) => {
  it('is told of every option', async () => {
    const { exitCode, stdout } = await podproof(['completion', shell]);
    expect(exitCode).toBe(0);
    for (const name of [...Object.keys(OPTIONS.check), ...Object.keys(OPTIONS.fix)]) {
      expect(stdout).toMatch(shell === 'fish' ? `-l ${name}` : `--${name}`);
    }
  });

  it('finds no mistake in its script, where it is installed', async (context) => {
    const { stdout } = await podproof(['completion', shell]);
    const { error, status, stderr } = spawnSync(shell, ['-n'], { input: stdout, encoding: 'utf8' });
    if (error !== undefined) context.skip(`${shell} is not installed`);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});

it.each([[['completion']], [['completion', 'tcsh']], [['completion', 'bash', 'zsh']]])(
  '%j is told what to name',
  async (argv) => {
    const { exitCode, stderr } = await podproof(argv);
    expect(exitCode).toBe(2);
    expect(stderr).toBe('podproof: name one shell: bash, zsh, fish\nSee "podproof completion --help".\n');
  },
);
