/** Settings: what the client says of them, read live, per document. */
import type { ConfigurationItem } from 'vscode-languageserver';
import { readSettings, type Settings } from '../shared/catalog/settings.ts';

/** The section of the client's settings that is Podproof's. */
export const SECTION = 'podproof';

export interface SettingsSource {
  /** The settings for a document; a promise only where the client has to be asked. Never rejects. */
  of(uri: string): Settings | Promise<Settings>;
  forget(uri: string): void;
  /**
   * To be called when the client says that settings have changed, with what it sends along. True where any of the documents
   * now has others than before.
   */
  changed(sent: unknown, uris: readonly string[]): Promise<boolean>;
}

/**
 * `ask` asks the client for the section of some documents, and is undefined where it cannot be asked: then what it gave at the
 * start (`initial`), or has sent since, holds for all documents.
 */
export function createSettings(
  initial: unknown,
  ask: ((items: ConfigurationItem[]) => Promise<readonly unknown[]>) | undefined,
  failed: (error: unknown) => void,
): SettingsSource {
  const intern = createInterner();
  let common = intern(sectionOf(initial));
  let generation = 0;
  let known = new Map<string, Settings | Promise<Settings>>();

  const request = async (uris: readonly string[]): Promise<readonly Settings[]> => {
    if (ask === undefined) return uris.map(() => common);
    try {
      const answers = await ask(uris.map((scopeUri) => ({ scopeUri, section: SECTION })));
      return uris.map((_, index) => {
        const answer = answers[index];
        return answer === undefined || answer === null ? common : intern(answer);
      });
    } catch (error) {
      failed(error);
      return uris.map(() => common);
    }
  };

  const fetch = (uris: readonly string[]): Promise<readonly Settings[]> => {
    const asked = generation;
    const answers = request(uris);
    uris.forEach((uri, index) => {
      const own: Promise<Settings> = answers.then((settings) => {
        // An answer from before a change is no answer.
        if (asked !== generation) return source.of(uri);
        const answer = settings[index] ?? common;
        if (known.get(uri) === own) known.set(uri, answer);
        return answer;
      });
      known.set(uri, own);
    });
    return answers;
  };

  const source: SettingsSource = {
    of(uri) {
      if (ask === undefined) return common;
      const settled = known.get(uri);
      if (settled !== undefined) return settled;
      void fetch([uri]);
      return known.get(uri) ?? common;
    },
    forget(uri) {
      known.delete(uri);
    },
    async changed(sent, uris) {
      if (ask === undefined) {
        const before = common;
        if (typeof sent === 'object' && sent !== null) common = intern(sectionOf(sent));
        return common !== before;
      }
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
function createInterner(): (raw: unknown) => Settings {
  const known = new Map<string, Settings>();
  return (raw) => {
    const key = JSON.stringify(raw) ?? '';
    let settings = known.get(key);
    if (settings === undefined) {
      settings = readSettings(raw);
      known.set(key, settings);
    }
    return settings;
  };
}
