/** Config files: the `.podproof.yaml` that decides for a file, read once and again when it changes. */
import { type ConfigProblem, readConfigFile } from '../shared/catalog/configFile.ts';
import { CONFIG_FILE_NAME, configFileCandidates } from '../shared/catalog/configFileSearch.ts';
import type { FileSettings } from '../shared/catalog/settings.ts';
import { decoded } from '../shared/text/uri.ts';
import type { Files } from './files.ts';
import type { Folders } from './folders.ts';

export interface ConfigFiles {
  /** What the nearest file above says, within the workspace folder; undefined where there is none. Never rejects. */
  of(uri: string): Promise<FileSettings | undefined>;
  /** The text of one that is open, which goes before what is on disk; undefined once it is closed. */
  opened(uri: string, text: string | undefined): void;
  /** Forgets one, or all. */
  forget(uri?: string): void;
}

export function isConfigFile(uri: string): boolean {
  return uri.endsWith(`/${CONFIG_FILE_NAME}`);
}

/** `found` hears of each file that is read, with its text and what is wrong with it. */
export function createConfigFiles(
  files: Files | undefined,
  folders: Folders,
  found: (uri: string, text: string | undefined, problems: readonly ConfigProblem[]) => void,
): ConfigFiles {
  const open = new Map<string, string>();
  const known = new Map<string, Promise<FileSettings | undefined>>();

  const read = async (uri: string, root: string): Promise<FileSettings | undefined> => {
    const text = open.get(uri) ?? (await files?.readFile(uri));
    if (text === undefined) {
      found(uri, undefined, []);
      return undefined;
    }
    const { values, problems } = readConfigFile(text);
    found(uri, text, problems);
    return { uri, name: nameFrom(uri, root), values };
  };

  return {
    async of(uri) {
      const root = folders.of(uri);
      if (root === undefined) return undefined;
      for (const candidate of configFileCandidates(uri, root)) {
        let reading = known.get(candidate);
        if (reading === undefined) {
          reading = read(candidate, root);
          known.set(candidate, reading);
        }
        const settings = await reading;
        if (settings !== undefined) return settings;
      }
      return undefined;
    },
    opened(uri, text) {
      if (text === undefined) open.delete(uri);
      else open.set(uri, text);
      known.delete(uri);
    },
    forget(uri) {
      if (uri === undefined) known.clear();
      else known.delete(uri);
    },
  };
}

/** As people call it: its path from the workspace folder on. */
function nameFrom(uri: string, root: string): string {
  return decoded(uri.slice(root.length + 1));
}
