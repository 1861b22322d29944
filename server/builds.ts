/** Builds of the workspace: what its Dockerfiles say of the images that it builds, kept up to date. */
import type { Settings } from '../shared/catalog/settings.ts';
import { BUILD_FILE_NAMES, isBuildFile } from '../shared/images/buildFiles.ts';
import {
  buildsAmong,
  familiesOf,
  type ImageBuild,
  type ImageRename,
  withRenamed,
} from '../shared/images/builds.ts';
import { catalogAbove } from '../shared/images/catalog.ts';
import type { FileTree } from '../shared/kustomize/filePath.ts';
import { readKustomization } from '../shared/kustomize/kustomization.ts';
import { isKustomizationName } from '../shared/kustomize/names.ts';
import { type Files, isManifestName } from './files.ts';
import type { Folders } from './folders.ts';

export interface Builds {
  /** Settings that know the images that a file's workspace folder builds; the same ones for as long as their Dockerfiles are the same. */
  settingsFor(uri: string, settings: Settings): Settings;
  /** Reads anew; given are the files that are listed, with their folders. True where something else is known now. */
  read(listed: ReadonlyMap<string, string>): Promise<boolean>;
  /** A file was written, created or deleted. True where something else is known now. */
  changed(uri: string): Promise<boolean>;
}

/** What is known of a workspace folder. Paths count from it. */
interface Known {
  /** Of the files that name builds, and of kustomizations, which name images anew. */
  readonly texts: Map<string, string>;
  builds: readonly ImageBuild[];
  /** Texts of the Dockerfiles; undefined where there is none. */
  dockerfiles: ReadonlyMap<string, string | undefined>;
  key: string;
  /** By the settings from which they were made. */
  settings: WeakMap<Settings, Settings>;
  /** Counts the times that it was read: a reading that another has overtaken is dropped. */
  turn: number;
}

/** More files than this name no builds, and more Dockerfiles than this are not read. */
const MAX_FILES = 1000;

/** Files at the root that are no manifests, and are looked for by their names. */
const UNLISTED = BUILD_FILE_NAMES.filter((name) => !isManifestName(name));

export function createBuilds(files: Files | undefined, folders: Folders): Builds {
  let known = new Map<string, Known>();

  /** Reads the Dockerfiles that the texts name. True where something else is known now. */
  const reread = async (folder: string, own: Known): Promise<boolean> => {
    const turn = ++own.turn;
    const named = buildsAmong(own.texts);
    const builds = named.length === 0 ? named : withRenamed(named, renamesIn(own.texts));
    const paths = [...new Set(builds.map(({ dockerfile }) => dockerfile))].slice(0, MAX_FILES);
    const dockerfiles = new Map<string, string | undefined>();
    for (const path of paths) dockerfiles.set(path, await files?.readFile(uriOf(folder, path)));
    const key = JSON.stringify([builds, [...dockerfiles]]);
    if (turn !== own.turn || key === own.key) return false;
    Object.assign(own, { builds, dockerfiles, key, settings: new WeakMap() });
    return true;
  };

  const readText = async (own: Known, uri: string, path: string): Promise<void> => {
    const text = await files?.readFile(uri);
    if (text === undefined) own.texts.delete(path);
    else if (own.texts.has(path) || own.texts.size < MAX_FILES) own.texts.set(path, text);
  };

  return {
    settingsFor(uri, settings) {
      const own = known.get(folders.of(uri) ?? '');
      if (own === undefined || own.builds.length === 0) return settings;
      let after = own.settings.get(settings);
      if (after === undefined) {
        const { images } = settings.practice;
        const families = familiesOf(own.builds, (path) => own.dockerfiles.get(path), images);
        after = { ...settings, practice: { ...settings.practice, images: catalogAbove(families, images) } };
        own.settings.set(settings, after);
      }
      return after;
    },
    async read(listed) {
      const before = known;
      // What is known stays known while it is read again.
      known = new Map(folders.all().map((folder) => [folder, before.get(folder) ?? unknownYet()]));
      let isOther = false;
      for (const [folder, own] of known) {
        const wanted = new Map(UNLISTED.map((name) => [name, uriOf(folder, name)]));
        const kustomizations = new Map<string, string>();
        for (const [uri, within] of listed) {
          const path = within === folder ? pathIn(folder, uri) : undefined;
          if (path !== undefined && isBuildFile(path)) wanted.set(path, uri);
          else if (path !== undefined && isKustomizationName(path)) kustomizations.set(path, uri);
        }
        const all = new Map([...wanted, ...kustomizations]);
        for (const path of own.texts.keys()) if (!all.has(path)) own.texts.delete(path);
        for (const [path, uri] of all) await readText(own, uri, path);
        if (await reread(folder, own)) isOther = true;
      }
      return isOther;
    },
    async changed(uri) {
      const folder = folders.of(uri);
      const own = folder === undefined ? undefined : known.get(folder);
      const path = folder === undefined ? undefined : pathIn(folder, uri);
      if (folder === undefined || own === undefined || path === undefined) return false;
      if (isBuildFile(path) || isKustomizationName(path)) {
        if (UNLISTED.includes(path) || (await files?.isListed(uri, folder)) === true)
          await readText(own, uri, path);
        else own.texts.delete(path);
      } else if (!own.dockerfiles.has(path)) return false;
      return await reread(folder, own);
    },
  };
}

function renamesIn(texts: ReadonlyMap<string, string>): readonly ImageRename[] {
  return [...texts].flatMap(([path, text]) => {
    const steps = isKustomizationName(path)
      ? readKustomization(`/${path}`, text, NO_FILES)?.steps
      : undefined;
    return (steps ?? []).flatMap((step) => (step.step === 'images' ? step.images : []));
  });
}

/** Transformers in files of their own are left out. */
const NO_FILES: FileTree = { textOf: () => undefined, isFolder: () => false };

function unknownYet(): Known {
  const nothing = { builds: [], dockerfiles: new Map(), key: JSON.stringify([[], []]) };
  return { texts: new Map(), ...nothing, settings: new WeakMap(), turn: 0 };
}

function pathIn(folder: string, uri: string): string | undefined {
  try {
    return decodeURIComponent(uri.slice(folder.length + 1));
  } catch {
    return undefined;
  }
}

function uriOf(folder: string, path: string): string {
  return `${folder}/${path.split('/').map(encodeURIComponent).join('/')}`;
}
