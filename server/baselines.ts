/** Baselines: the `.podproof-baseline.json` of each workspace folder, which hides what was found before it was written. */
import { type Baseline, readBaseline } from '../shared/analysis/baseline.ts';
import { BASELINE_FILE_NAME } from '../shared/analysis/baselineName.ts';
import { decoded } from '../shared/text/uri.ts';
import type { Files } from './files.ts';
import type { Folders } from './folders.ts';

/** What is remembered of a file: a baseline, and the path under which it has the file. */
export interface Remembered {
  readonly baseline: Baseline;
  readonly path: string;
}

export interface Baselines {
  of(uri: string): Remembered | undefined;
  /** Reads them anew. True where one of them, or whether there is one, is another now. */
  read(): Promise<boolean>;
}

export function isBaseline(uri: string): boolean {
  return uri.endsWith(`/${BASELINE_FILE_NAME}`);
}

/** `failed` hears of a baseline that cannot be read, which then hides nothing. */
export function createBaselines(
  files: Files | undefined,
  folders: Folders,
  failed: (problem: string) => void,
): Baselines {
  let known = new Map<string, { readonly text: string; readonly baseline: Baseline }>();
  return {
    of(uri) {
      const folder = folders.of(uri);
      const found = folder === undefined ? undefined : known.get(folder);
      if (folder === undefined || found === undefined) return undefined;
      return { baseline: found.baseline, path: decoded(uri.slice(folder.length + 1)) };
    },
    async read() {
      const before = known;
      const fresh: typeof known = new Map();
      for (const folder of folders.all()) {
        const text = await files?.readFile(`${folder}/${BASELINE_FILE_NAME}`);
        if (text === undefined) continue;
        const read = readBaseline(text);
        if (read.ok) fresh.set(folder, { text, baseline: read.baseline });
        else failed(read.problem);
      }
      known = fresh;
      return (
        before.size !== fresh.size ||
        [...fresh].some(([folder, { text }]) => before.get(folder)?.text !== text)
      );
    },
  };
}
