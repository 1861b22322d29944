/** `podproof fix --patch`: overlays hardened by patches of their own, their bases left as they are. */
import { resolve } from 'node:path';
import { hardenOverlay, type OverlayHardening } from '../shared/analysis/overlayHarden.ts';
import { kustomizationFileIn } from '../shared/kustomize/kustomization.ts';
import type { FixCommand } from './arguments.ts';
import { diffOf, writeChanged } from './changedFile.ts';
import { EXIT_FAILURE, EXIT_OK } from './exitCode.ts';
import { type Host, printable } from './host.ts';
import { FILES, nameFrom, sourceOf, withSlashes } from './overlays.ts';
import type { SettingsOf } from './settings.ts';
import { removeQuietly } from './writeInPlace.ts';

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
  const settings = await settingsOf(sourceOf(kustomization, host.cwd));
  const result = hardenOverlay(folder, FILES, settings, { safeOnly: command.safeOnly });
  if (!result.ok) return result.problem;
  const { hardening } = result;
  for (const reason of hardening.declined)
    await host.stderr.write(`podproof: ${printable(`${given}: left as it is: ${reason}`)}\n`);
  const made: string[] = [];
  for (const file of hardening.files) {
    if (command.diff) await host.stdout.write(await diffOf(file, host));
    else {
      const problem = writeChanged(file);
      if (problem !== undefined) {
        // Patches that no kustomization names are of no use.
        for (const path of made) removeQuietly(path);
        return `${nameFrom(file.path, host.cwd)}: ${problem}`;
      }
      if (file.before === undefined) made.push(file.path);
    }
  }
  if (!command.diff)
    for (const { path } of hardening.files)
      await host.stderr.write(`${printable(nameFrom(path, host.cwd))}: written\n`);
  await host.stderr.write(printable(summary(given, hardening, command.diff)).concat('\n'));
  return undefined;
}

function summary(given: string, { files, before, after }: OverlayHardening, isDiff: boolean): string {
  if (files.length === 0) return `${given}: nothing to fix${after === 0 ? '' : `; ${after} left`}.`;
  const rest = after === 0 ? '' : `; ${after} left`;
  return `${given}: ${before - after} of ${before} findings ${isDiff ? 'would be fixed' : 'fixed'}${rest}.`;
}
