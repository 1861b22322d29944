/** Changed files: what differs from a Git revision, as Git tells it. */
import { execFile } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { programOnPath } from '../programs/onPath.ts';
import type { Host } from './host.ts';

export type ChangedFiles =
  | { readonly ok: true; readonly isChanged: (file: string) => boolean }
  | { readonly ok: false; readonly problem: string };

/**
 * The files of the repository around the current folder that differ from where this branch left the revision, committed or not, and
 * those that Git does not know yet. Git is run without a shell, and the revision cannot be taken for an option.
 */
export async function changedFiles(revision: string, host: Host): Promise<ChangedFiles> {
  const refuse = (problem: string): ChangedFiles => ({
    ok: false,
    problem: `--changed-since ${revision}: ${problem}`,
  });
  const top = await git(['rev-parse', '--show-toplevel'], host);
  if (!top.ok) return refuse(top.isMissing ? 'there is no git on the PATH' : 'not inside a Git repository');
  const root = top.output.replace(/\r?\n$/, '');
  const named = await git(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
    host,
  );
  if (!named.ok) return refuse('no such revision; is it fetched?');
  const commit = named.output.trim();
  // A shallow clone may hold no common ancestor: then the revision itself is compared.
  const base = await git(['merge-base', commit, 'HEAD'], host);
  const from = base.ok ? base.output.trim() : commit;
  const changed = await git(
    ['-C', root, 'diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', '--diff-filter=d', from, '--'],
    host,
  );
  const unknown = await git(['-C', root, 'ls-files', '--others', '--exclude-standard', '-z'], host);
  if (!changed.ok || !unknown.ok) return refuse('Git could not tell what has changed');
  const names = `${changed.output}${unknown.output}`.split('\0').filter((name) => name !== '');
  const files = new Set(names.map((name) => realPath(resolve(root, name))));
  return { ok: true, isChanged: (file) => files.has(realPath(file)) };
}

type GitAnswer =
  | { readonly ok: true; readonly output: string }
  | { readonly ok: false; readonly isMissing: boolean };

/** A monitor that the repository's own configuration names is not started, and no `git` that lies in the repository itself. */
function git(args: readonly string[], { cwd, env }: Host): Promise<GitAnswer> {
  const program = programOnPath('git', env);
  if (program === undefined) return Promise.resolve({ ok: false, isMissing: true });
  return new Promise((settle) => {
    execFile(
      program,
      ['-c', 'core.fsmonitor=false', ...args],
      {
        cwd,
        env,
        encoding: 'utf8',
        timeout: MILLISECONDS,
        killSignal: 'SIGKILL',
        maxBuffer: LARGEST,
        windowsHide: true,
      },
      (error, output) => settle(error === null ? { ok: true, output } : { ok: false, isMissing: false }),
    );
  });
}

const MILLISECONDS = 120_000;

/** Names of many millions of files. */
const LARGEST = 1024 * 1024 * 1024;

/** One name for a file, however many links lead to it. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
