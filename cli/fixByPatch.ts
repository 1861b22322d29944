/** `podproof fix --patch`: overlays hardened by patches of their own, their bases left as they are. */

import { relative, resolve, sep } from 'node:path';
import { hardenOverlay, type OverlayHardening } from '../shared/analysis/overlayHarden.ts';
import { kustomizationFileIn } from '../shared/kustomize/kustomization.ts';
import type { FixCommand } from './arguments.ts';
import { EXIT_FAILURE, EXIT_OK } from './exitCode.ts';
import { type Host, printable } from './host.ts';
import { FILES, withSlashes } from './overlays.ts';
import { readRegularFile } from './readFile.ts';
import { decode, encode } from './reading.ts';
import type { SettingsOf } from './settings.ts';
import { reasonOf, type Source } from './sources.ts';
import { removeQuietly, writeInPlace, writeNewFile } from './writeInPlace.ts';

/** Runs the command for each overlay; answers the exit code. */
export async function fixByPatch(command: FixCommand, settingsOf: SettingsOf, host: Host): Promise<number> {
  let hasFailed = false;
  for (const given of command.paths) {
    const problem = await hardenOne(given, command, settingsOf, host);
    if (problem === undefined) continue;
    hasFailed = true;
    await host.stderr.write(`podproof: ${printable(`${given}: ${problem}`)}\n`);
  }
  return hasFailed ? EXIT_FAILURE : EXIT_OK;
}

async function hardenOne(
  given: string,
  command: FixCommand,
  settingsOf: SettingsOf,
  host: Host,
): Promise<string | undefined> {
  const folder = withSlashes(resolve(host.cwd, given));
  const kustomization = kustomizationFileIn(folder, FILES);
  if (kustomization === undefined) return 'no overlay: it has no kustomization.yaml, or more than one';
  const settings = await settingsOf(sourceOf(kustomization, host));
  const result = hardenOverlay(folder, FILES, settings, { safeOnly: command.safeOnly });
  if (!result.ok) return result.problem;
  const { hardening } = result;
  for (const reason of hardening.declined)
    await host.stderr.write(`podproof: ${printable(`${given}: left as it is: ${reason}`)}\n`);
  const made: string[] = [];
  for (const file of hardening.files) {
    if (command.diff) await host.stdout.write(await diffOf(file, host));
    else {
      const problem = write(file);
      if (problem !== undefined) {
        // Patches that no kustomization names are of no use.
        for (const path of made) removeQuietly(path);
        return `${nameFrom(file.path, host)}: ${problem}`;
      }
      if (file.before === undefined) made.push(file.path);
    }
  }
  if (!command.diff)
    for (const { path } of hardening.files)
      await host.stderr.write(`${printable(nameFrom(path, host))}: written\n`);
  await host.stderr.write(printable(summary(given, hardening, command.diff)).concat('\n'));
  return undefined;
}

type ChangedFile = OverlayHardening['files'][number];

async function diffOf({ path, before = '', after }: ChangedFile, host: Host): Promise<string> {
  const { unifiedDiff } = await import('./unifiedDiff.ts');
  const span = { start: 0, end: before.length };
  const shared = commonEnds(before, after);
  const edit = {
    span: { start: shared.start, end: span.end - shared.end },
    newText: after.slice(shared.start, after.length - shared.end),
  };
  return unifiedDiff(sourceOf(path, host), host.cwd, before, [edit]);
}

/** How many code units two texts share at their start and, beyond that, at their end. */
function commonEnds(a: string, b: string): { readonly start: number; readonly end: number } {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a.charCodeAt(start) === b.charCodeAt(start)) start++;
  let end = 0;
  while (end < most - start && a.charCodeAt(a.length - 1 - end) === b.charCodeAt(b.length - 1 - end)) end++;
  return { start, end };
}

function write({ path, before, after }: ChangedFile): string | undefined {
  try {
    if (before === undefined) {
      return writeNewFile(path, encode(after, false));
    }
    const bytes = readRegularFile(path);
    const reading = decode(bytes);
    if (reading.state !== 'text' || reading.text !== before) return 'changed while it was being fixed';
    if (!reading.isExact) return 'not valid UTF-8, so it is left as it is';
    return writeInPlace(path, bytes, encode(after, reading.hasByteOrderMark));
  } catch (error) {
    return `not written: ${reasonOf(error)}`;
  }
}

function summary(given: string, { files, before, after }: OverlayHardening, isDiff: boolean): string {
  if (files.length === 0) return `${given}: nothing to fix${after === 0 ? '' : `; ${after} left`}.`;
  const rest = after === 0 ? '' : `; ${after} left`;
  return `${given}: ${before - after} of ${before} findings ${isDiff ? 'would be fixed' : 'fixed'}${rest}.`;
}

function sourceOf(path: string, host: Host): Source {
  return { name: nameFrom(path, host), file: path.replaceAll('/', sep), isNamed: false };
}

function nameFrom(path: string, { cwd }: Host): string {
  return withSlashes(relative(cwd, path));
}
