/** Arguments: what a person typed, as a command or as the reason why it is none. */
import { parseArgs } from 'node:util';
import { BASELINE_FILE_NAME } from '../shared/analysis/baselineName.ts';

export const COMMANDS = ['check', 'fix', 'baseline', 'mcp', 'completion'] as const;
export type Topic = 'podproof' | (typeof COMMANDS)[number];

export const FORMATS = ['text', 'json', 'sarif', 'github', 'gitlab', 'junit', 'html'] as const;
export type Format = (typeof FORMATS)[number];

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export const FAIL_ON = ['error', 'warning', 'information', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];

export interface CheckCommand {
  readonly command: 'check';
  readonly format: Format;
  readonly failOn: FailOn;
  /** Only what fails the run. */
  readonly isQuiet: boolean;
  readonly showSuppressed: boolean;
  /** True where the paths are overlays, to be built by kustomize itself. */
  readonly isBuilt: boolean;
  /** The file that decides the settings; undefined to look for one. */
  readonly config: string | undefined;
  /** A Git revision: only files that differ from it count; undefined for all files. */
  readonly changedSince: string | undefined;
  /** A file that remembers findings, which then do not count; undefined for none. */
  readonly baseline: string | undefined;
  /** Set where the paths are charts, to be rendered by Helm: the values files that it is given, in their order. */
  readonly helm: { readonly values: readonly string[] } | undefined;
  /** Files, folders and `-`, as given; at least one. */
  readonly paths: readonly string[];
}

export interface FixCommand {
  readonly command: 'fix';
  /** True where the paths are overlays, each to be hardened by a patch in it. */
  readonly byPatch: boolean;
  /** Set where the paths are charts, to be hardened by values: the values file that is written. */
  readonly values: string | undefined;
  readonly safeOnly: boolean;
  readonly diff: boolean;
  /** The file that decides the settings; undefined to look for one. */
  readonly config: string | undefined;
  /** Files, folders and `-`, as given; at least one. */
  readonly paths: readonly string[];
}

export interface BaselineCommand {
  readonly command: 'baseline';
  /** The file that is written. */
  readonly output: string;
  /** The file that decides the settings; undefined to look for one. */
  readonly config: string | undefined;
  /** Files, folders and `-`, as given; at least one. */
  readonly paths: readonly string[];
}

export type Command =
  | { readonly command: 'help'; readonly topic: Topic }
  | { readonly command: 'version' }
  | { readonly command: 'completion'; readonly shell: Shell }
  | { readonly command: 'mcp' }
  | CheckCommand
  | FixCommand
  | BaselineCommand;

export type ParsedArguments =
  | { readonly ok: true; readonly command: Command }
  | { readonly ok: false; readonly problem: string; readonly topic: Topic };

/** Reads what follows the program's name. */
export function readArguments(argv: readonly string[]): ParsedArguments {
  const [first, ...rest] = argv;
  switch (first) {
    case undefined:
      return wrong('podproof', 'say what to do: "podproof check PATH..." or "podproof fix PATH..."');
    case '--help':
    case '-h':
    case 'help':
      return helpOn(rest);
    case '--version':
    case '-v':
      return { ok: true, command: { command: 'version' } };
    case 'check':
      return readCheck(rest);
    case 'fix':
      return readFix(rest);
    case 'baseline':
      return readBaseline(rest);
    case 'mcp':
      return readMcp(rest);
    case 'completion':
      return readCompletion(rest);
    default:
      return wrong(
        'podproof',
        first.startsWith('-') && first !== '-'
          ? `there is no option ${first} before the command; start with "check" or "fix"`
          : `there is no command "${first}"; to check a file, type "podproof check ${first}"`,
      );
  }
}

function helpOn([topic = 'podproof']: readonly string[]): ParsedArguments {
  const known = chosen(COMMANDS, topic) ?? 'podproof';
  return { ok: true, command: { command: 'help', topic: known } };
}

/** What an option takes: one of its choices, a value (named for people), or nothing. */
export interface OptionRule {
  readonly choices?: readonly string[];
  readonly value?: string;
  /** True where each further value is added to those before it. */
  readonly isRepeatable?: boolean;
  readonly short?: string;
  /** A few words for whoever completes a command line. */
  readonly summary: string;
}

export type OptionRules = Readonly<Record<string, OptionRule>>;

/** The options of the commands that take paths, besides `--help`. */
export const OPTIONS: Readonly<Record<'check' | 'fix' | 'baseline', OptionRules>> = {
  check: {
    format: { choices: FORMATS, summary: 'how to report' },
    'fail-on': { choices: FAIL_ON, summary: 'the least severity that fails the run' },
    quiet: { short: 'q', summary: 'only findings that fail the run' },
    'show-suppressed': { summary: 'also what is suppressed' },
    kustomize: { summary: 'check what kustomize builds' },
    config: { value: 'a file', summary: 'take the settings from this file' },
    'changed-since': { value: 'a Git revision', summary: 'only files that differ from this revision' },
    baseline: { value: 'a file', summary: 'leave out what this file remembers' },
    helm: { summary: 'have charts rendered by the helm program' },
    values: { value: 'a file', short: 'f', isRepeatable: true, summary: 'values for the helm program' },
  },
  fix: {
    patch: { summary: 'harden overlays by patches in them' },
    values: { value: 'a file', short: 'f', summary: 'harden a chart by values in this file' },
    safe: { summary: 'only what leaves the pod behaving as before' },
    diff: { summary: 'print the changes and write nothing' },
    config: { value: 'a file', summary: 'take the settings from this file' },
  },
  baseline: {
    output: { value: 'a file', short: 'o', summary: 'the file to write' },
    config: { value: 'a file', summary: 'take the settings from this file' },
  },
};

function readMcp([first]: readonly string[]): ParsedArguments {
  if (first === '--help' || first === '-h') return helpOn(['mcp']);
  return first === undefined
    ? { ok: true, command: { command: 'mcp' } }
    : wrong('mcp', `"podproof mcp" takes no ${first.startsWith('-') ? `option ${first}` : 'path'}`);
}

function readCompletion(args: readonly string[]): ParsedArguments {
  const [shell = '', ...rest] = args;
  if (shell === '--help' || shell === '-h') return helpOn(['completion']);
  const known = chosen(SHELLS, shell);
  if (known === undefined || rest.length > 0)
    return wrong('completion', `name one shell: ${SHELLS.join(', ')}`);
  return { ok: true, command: { command: 'completion', shell: known } };
}

function readCheck(args: readonly string[]): ParsedArguments {
  const read = readOptions('check', args, OPTIONS.check);
  if (!read.ok) return read.answer;
  const { values, paths } = read;
  const given = values.get('values')?.split(BETWEEN_VALUES) ?? [];
  if (given.length > 0 && !values.has('helm')) return wrong('check', '--values goes with --helm');
  return {
    ok: true,
    command: {
      command: 'check',
      format: chosen(FORMATS, values.get('format')) ?? 'text',
      failOn: chosen(FAIL_ON, values.get('fail-on')) ?? 'warning',
      isQuiet: values.has('quiet'),
      showSuppressed: values.has('show-suppressed'),
      isBuilt: values.has('kustomize'),
      config: values.get('config'),
      changedSince: values.get('changed-since'),
      baseline: values.get('baseline'),
      helm: values.has('helm') ? { values: given } : undefined,
      paths,
    },
  };
}

/** No path holds it. */
const BETWEEN_VALUES = '\0';

function readFix(args: readonly string[]): ParsedArguments {
  const read = readOptions('fix', args, OPTIONS.fix);
  if (!read.ok) return read.answer;
  const { values, paths } = read;
  const written = values.get('values');
  if (written !== undefined && values.has('patch'))
    return wrong('fix', '--values and --patch exclude each other');
  if (written !== undefined && paths.length > 1) return wrong('fix', '--values takes one chart');
  return {
    ok: true,
    command: {
      command: 'fix',
      byPatch: values.has('patch'),
      values: written,
      safeOnly: values.has('safe'),
      diff: values.has('diff'),
      config: values.get('config'),
      paths,
    },
  };
}

type ReadOptions =
  | { readonly ok: true; readonly values: ReadonlyMap<string, string>; readonly paths: readonly string[] }
  | { readonly ok: false; readonly answer: ParsedArguments };

function readBaseline(args: readonly string[]): ParsedArguments {
  const read = readOptions('baseline', args, OPTIONS.baseline);
  if (!read.ok) return read.answer;
  const { values, paths } = read;
  const output = values.get('output') ?? BASELINE_FILE_NAME;
  return { ok: true, command: { command: 'baseline', output, config: values.get('config'), paths } };
}

/** Options and paths in any order; `--` ends the options. `parseArgs` only cuts, so that every refusal has its own words. */
function readOptions(topic: Topic, args: readonly string[], rules: OptionRules): ReadOptions {
  const refuse = (problem: string): ReadOptions => ({ ok: false, answer: wrong(topic, problem) });
  const { tokens } = parseArgs({
    args: [...args],
    options: {
      ...Object.fromEntries(
        Object.entries(rules).map(([name, { choices, value, short }]) => [
          name,
          {
            type: choices === undefined && value === undefined ? ('boolean' as const) : ('string' as const),
            ...(short === undefined ? {} : { short }),
          },
        ]),
      ),
      help: { type: 'boolean', short: 'h' },
    },
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  const values = new Map<string, string>();
  const paths: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') paths.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, value } = token;
    if (name === 'help') return { ok: false, answer: { ok: true, command: { command: 'help', topic } } };
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) return refuse(`there is no option ${rawName}`);
    const { choices } = rule;
    if (rule.value !== undefined) {
      if (value === undefined || value === '') return refuse(`${rawName} needs ${rule.value}`);
    } else if (choices === undefined) {
      if (value !== undefined) return refuse(`${rawName} takes no value`);
    } else if (value === undefined || !choices.includes(value)) {
      const got = value === undefined ? 'a value' : `another value than "${value}"`;
      return refuse(`${rawName} needs ${got}: ${choices.join(', ')}`);
    }
    const before = rule.isRepeatable === true ? values.get(name) : undefined;
    values.set(name, before === undefined ? (value ?? '') : `${before}${BETWEEN_VALUES}${value}`);
  }
  if (paths.length === 0) return refuse(`name a file, a folder, or - for standard input`);
  const empty = paths.includes('');
  return empty ? refuse('a path is empty') : { ok: true, values, paths };
}

function chosen<T extends string>(choices: readonly T[], value: string | undefined): T | undefined {
  return choices.find((choice) => choice === value);
}

function wrong(topic: Topic, problem: string): ParsedArguments {
  return { ok: false, problem, topic };
}
