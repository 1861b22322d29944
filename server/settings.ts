/** Settings: what the client says of them, and what a `.podproof.yaml` does, read live, per document. */
import type { ConfigurationItem } from 'vscode-languageserver';
import { type FileSettings, readSettings, type Settings } from '../shared/catalog/settings.ts';

/** The section of the client's settings that is Podproof's. */
export const SECTION = 'podproof';

export interface SettingsSource {
  /** The settings for a document; a promise only where the client or a file has to be asked. Never rejects. */
  of(uri: string): Settings | Promise<Settings>;
  /** As `of`, for files that are not open, by what the client says of their folder; nothing is remembered for each file. */
  below(folder: string): Promise<(uri: string) => Promise<Settings>>;
  forget(uri: string): void;
  /**
   * To be called when the client says that settings have changed, with what it sends along; without it, when a file that decides
   * has changed. True where any of the documents now has others than before.
   */
  changed(uris: readonly string[], sent?: unknown): Promise<boolean>;
}

/**
 * `ask` asks the client for the section of some documents, and is undefined where it cannot be asked: then what it gave at the
 * start (`initial`), or has sent since, holds for all documents. `fileOf` gives what a file says, which goes before.
 */
export function createSettings(
  initial: unknown,
  ask: ((items: ConfigurationItem[]) => Promise<readonly unknown[]>) | undefined,
  fileOf: (uri: string) => Promise<FileSettings | undefined>,
  failed: (error: unknown) => void,
): SettingsSource {
  const intern = createInterner();
  let common = sectionOf(initial);
  let generation = 0;
  let known = new Map<string, Settings | Promise<Settings>>();

  /** What the client says for each; never rejects. */
  const request = async (uris: readonly string[]): Promise<readonly unknown[]> => {
    if (ask === undefined) return uris.map(() => common);
    try {
      const answers = await ask(uris.map((scopeUri) => ({ scopeUri, section: SECTION })));
      return uris.map((_, index) => answers[index] ?? common);
    } catch (error) {
      failed(error);
      return uris.map(() => common);
    }
  };

  const fetch = (uris: readonly string[]): Promise<readonly Settings[]> => {
    const asked = generation;
    const answers = Promise.all([request(uris), Promise.all(uris.map(fileOf))]).then(([raw, files]) =>
      uris.map((_, index) => intern(raw[index], files[index])),
    );
    uris.forEach((uri, index) => {
      const own: Promise<Settings> = answers.then((settings) => {
        // An answer from before a change is no answer.
        if (asked !== generation) return source.of(uri);
        const answer = settings[index] ?? intern(common);
        if (known.get(uri) === own) known.set(uri, answer);
        return answer;
      });
      known.set(uri, own);
    });
    return answers;
  };

  const source: SettingsSource = {
    of(uri) {
      const settled = known.get(uri);
      if (settled !== undefined) return settled;
      void fetch([uri]);
      return known.get(uri) ?? intern(common);
    },
    async below(folder) {
      const [raw] = await request([folder]);
      return async (uri) => intern(raw, await fileOf(uri));
    },
    forget(uri) {
      known.delete(uri);
    },
    async changed(uris, sent) {
      if (ask === undefined && typeof sent === 'object' && sent !== null) common = sectionOf(sent);
      const before = known;
      known = new Map();
      generation++;
      if (uris.length === 0) return false;
      const after = await fetch(uris);
      return uris.some((uri, index) => before.get(uri) !== after[index]);
    },
  };
  return source;
}

/** The section in what a client gives: under its name, or all of it. */
function sectionOf(given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return undefined;
  return SECTION in given ? given[SECTION] : given;
}

/** Equal settings are the same object, so that an analysis under them can be taken over. */
function createInterner(): (raw: unknown, file?: FileSettings) => Settings {
  const known = new Map<string, Settings>();
  return (raw, file) => {
    const key = JSON.stringify([raw, file]);
    let settings = known.get(key);
    if (settings === undefined) {
      // While a person types into a file, each key may bring others; those of long ago are not asked for again.
      for (const [oldest] of known) {
        if (known.size < MAX_INTERNED) break;
        known.delete(oldest);
      }
      settings = readSettings(raw, file);
    } else known.delete(key);
    known.set(key, settings);
    return settings;
  };
}

const MAX_INTERNED = 100;
