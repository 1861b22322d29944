/** Builds of a run: what the Dockerfiles of the folder in which it was started say of the images that it builds. */

import { join } from 'node:path';
import type { Settings } from '../shared/catalog/settings.ts';
import { BUILD_FILE_NAMES } from '../shared/images/buildFiles.ts';
import { buildsAmong, familiesOf } from '../shared/images/builds.ts';
import { catalogAbove } from '../shared/images/catalog.ts';
import type { Host } from './host.ts';
import { readRegularFile } from './readFile.ts';

/** Settings that know the images that are built here; the same settings give the same ones. */
export function knowingBuilds({ cwd }: Pick<Host, 'cwd'>): (settings: Settings) => Settings {
  const textAt = (path: string): string | undefined => {
    try {
      return Buffer.from(readRegularFile(join(cwd, path))).toString('utf8');
    } catch {
      return undefined;
    }
  };
  const texts = new Map<string, string>();
  for (const name of BUILD_FILE_NAMES) {
    const text = textAt(name);
    if (text !== undefined) texts.set(name, text);
  }
  const builds = texts.size === 0 ? [] : buildsAmong(texts);
  if (builds.length === 0) return (settings) => settings;
  const known = new WeakMap<Settings, Settings>();
  return (settings) => {
    const before = known.get(settings);
    if (before !== undefined) return before;
    const { images } = settings.practice;
    const families = familiesOf(builds, textAt, images);
    const after = { ...settings, practice: { ...settings.practice, images: catalogAbove(families, images) } };
    known.set(settings, after);
    return after;
  };
}
