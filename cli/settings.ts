/** Settings of a run: what `.podproof.yaml` says, the one that is named or the nearest one above each file. */

import { dirname, join, relative, resolve, sep } from 'node:path';
import { readConfigFile } from '../shared/catalog/configFile.ts';
import { configFileCandidates } from '../shared/catalog/configFileSearch.ts';
import { exclusionOf } from '../shared/catalog/exclusions.ts';
import { DEFAULT_SETTINGS, readSettings, type Settings } from '../shared/catalog/settings.ts';
import { indexLines } from '../shared/text/lineIndex.ts';
import { knowingBuilds } from './builds.ts';
import { type Host, printable } from './host.ts';
import { readNamedFile, readRegularFile } from './readFile.ts';
import { decode } from './reading.ts';
import { reasonOf, type Source } from './sources.ts';

/** What settings need of the host: where they are looked for, and whom to tell what is wrong with them. */
export type SettingsHost = Pick<Host, 'cwd' | 'stderr'>;

/** Answers the settings for a source; what is wrong in their file is told on standard error when that is first read. */
export type SettingsOf = (source: Source) => Promise<Settings>;

export type OpenedSettings =
  | { readonly ok: true; readonly settingsOf: SettingsOf }
  /** The file that is named cannot be read. */
  | { readonly ok: false; readonly problem: string };

/** Settings for a run; `config` is the file that decides for all sources, undefined to look for one above each. */
export async function openSettings(config: string | undefined, host: SettingsHost): Promise<OpenedSettings> {
  const withBuilds = knowingBuilds(host);
  if (config === undefined) {
    const nearest = nearestSettings(host);
    return { ok: true, settingsOf: async (source) => withBuilds(await nearest(source)) };
  }
  const path = resolve(host.cwd, config);
  const read = readText(path, readNamedFile);
  if (!read.ok) return { ok: false, problem: `--config ${config}: ${read.reason}` };
  const settings = withBuilds(await settingsFrom(path, config.replaceAll(sep, '/'), read.text, host));
  return { ok: true, settingsOf: async () => settings };
}

/** The glob by which a source is left out, or undefined. What is named itself is never left out. */
export function exclusionFor(source: Source, settings: Settings, { cwd }: Host): string | undefined {
  if (source.isNamed || source.file === undefined || settings.exclude.globs.length === 0) return undefined;
  return exclusionOf(settings, withSlashes(source.file), withSlashes(cwd));
}

/** The nearest file above a source counts, up to the folder in which the run was started; each is read once. */
function nearestSettings(host: SettingsHost): SettingsOf {
  const byFolder = new Map<string, Settings>();
  const byFile = new Map<string, Settings | undefined>();
  return async ({ file }) => {
    const path = file ?? join(host.cwd, 'standard-input.yaml');
    const folder = dirname(path);
    const known = byFolder.get(folder);
    if (known !== undefined) return known;
    let settings = DEFAULT_SETTINGS;
    for (const candidate of configFileCandidates(withSlashes(path), withSlashes(host.cwd))) {
      if (!byFile.has(candidate)) {
        const read = readText(candidate, readRegularFile);
        const name = withSlashes(relative(host.cwd, candidate));
        byFile.set(candidate, read.ok ? await settingsFrom(candidate, name, read.text, host) : undefined);
      }
      const found = byFile.get(candidate);
      if (found === undefined) continue;
      settings = found;
      break;
    }
    byFolder.set(folder, settings);
    return settings;
  };
}

async function settingsFrom(path: string, name: string, text: string, host: SettingsHost): Promise<Settings> {
  const { values, problems } = readConfigFile(text);
  const lines = indexLines(text);
  for (const { span, message } of problems) {
    const { line, character } = lines.positionAt(span.start);
    await host.stderr.write(`podproof: ${printable(`${name}:${line + 1}:${character + 1}: ${message}`)}\n`);
  }
  return readSettings({}, { uri: withSlashes(path), name, values });
}

type ReadText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string };

function readText(path: string, bytesOf: (path: string) => Uint8Array): ReadText {
  try {
    const reading = decode(bytesOf(path));
    return reading.state === 'text'
      ? { ok: true, text: reading.text }
      : { ok: false, reason: reading.reason };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

function withSlashes(path: string): string {
  return path.replaceAll(sep, '/');
}
