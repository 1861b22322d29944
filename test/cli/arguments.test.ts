/** What a person may type, and what they are told where it is not understood. */
import { describe, expect, it } from 'vitest';
import { podproof } from './commandLine.ts';

describe('help', () => {
  it.each([[['--help']], [['-h']], [['help']]])('%j is an overview', async (argv) => {
    const { exitCode, stdout, stderr } = await podproof(argv);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Podproof finds .*\n\n {2}podproof check PATH/);
    expect(stderr).toBe('');
  });

  it.each([[['check', '--help']], [['check', '-h', 'a.yaml']], [['help', 'check']]])(
    '%j is about check',
    async (argv) => {
      const { exitCode, stdout } = await podproof(argv);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^podproof check \[/);
    },
  );

  it('is about fix after fix', async () => {
    const { exitCode, stdout } = await podproof(['fix', '--help']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^podproof fix \[/);
  });

  it.each([['--help'], ['check --help'], ['fix --help']])(
    '%s fits on lines of 110 characters',
    async (typed) => {
      const { stdout } = await podproof(typed.split(' '));
      expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110);
    },
  );
});

it.each(['--version', '-v'])('%s names the program and its version', async (option) => {
  const { exitCode, stdout } = await podproof([option]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^podproof \d+\.\d+\.\d+\n$/);
});

describe('a usage error is told in one line, says where help is, and ends with 2', () => {
  it.each([
    ['', 'say what to do: "podproof check PATH..." or "podproof fix PATH..."'],
    ['deploy.yaml', 'there is no command "deploy.yaml"; to check a file, type "podproof check deploy.yaml"'],
    ['--format json', 'there is no option --format before the command; start with "check" or "fix"'],
    ['check', 'name a file, a folder, or - for standard input'],
    ['check --safe a.yaml', 'there is no option --safe'],
    ['check -x a.yaml', 'there is no option -x'],
    ['check --format xml a.yaml', '--format needs another value than "xml": text, json'],
    ['check a.yaml --format', '--format needs a value: text, json'],
    [
      'check --fail-on=info a.yaml',
      '--fail-on needs another value than "info": error, warning, information, never',
    ],
    ['fix', 'name a file, a folder, or - for standard input'],
    ['fix --safe=yes a.yaml', '--safe takes no value'],
  ])('podproof %s', async (typed, problem) => {
    const argv = typed.split(' ').filter((argument) => argument !== '');
    const { exitCode, stdout, stderr } = await podproof(argv);
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    const [first, second, ...rest] = stderr.split('\n');
    expect(first).toMatch(`podproof: ${problem}`);
    expect(second).toMatch(/^See "podproof (check |fix )?--help"\.$/);
    expect(rest).toEqual(['']);
  });

  it('an empty path', async () => {
    const { exitCode, stderr } = await podproof(['check', '']);
    expect(exitCode).toBe(2);
    expect(stderr).toBe('podproof: a path is empty\nSee "podproof check --help".\n');
  });
});
