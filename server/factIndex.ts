/** Fact index: what the files of the workspace say about the pods of other files, kept up to date. */
import { namesAnswered } from '../shared/analysis/factNames.ts';
import { factsIn, factsKey } from '../shared/analysis/fileFacts.ts';
import type { Fact } from '../shared/kubernetes/facts.ts';
import type { Folders } from './folders.ts';
import type { Host } from './host.ts';

export interface FactIndex {
  /** What the other files of a file's workspace folder say, by name of the file; the same list for as long as they say the same. */
  elsewhereOf(uri: string): readonly Fact[];
  /** Reads every folder anew, in the background. Settles when all are read. `noticed` hears of each file that is listed, with its text. */
  read(noticed?: (uri: string, folder: string, text: string) => void): Promise<void>;
  /** An open document says this; undefined once it is closed, and its file counts again. */
  says(uri: string, facts: readonly Fact[] | undefined): void;
  /** A file was written, created or deleted. */
  changed(uri: string): Promise<void>;
}

/** More files than this in one folder are not read: a tree of that size is a store, and no work of people. */
const MAX_FILES = 50_000;

/** What has changed: the names that files of a folder ask for. */
export interface ChangedFacts {
  readonly folder: string;
  /** As `namesAsked` gives them. */
  readonly names: ReadonlySet<string>;
}

/** `changed` is called when somebody may now be told something else: whom it concerns or, where it may be anybody, with nothing. */
export function createFactIndex(
  host: Host,
  folders: Folders,
  changed: (what?: ChangedFacts) => void,
): FactIndex {
  const { files } = host;
  /** By folder, by file; only files that say something. */
  let known = new Map<string, Map<string, Said>>();
  const open = new Map<string, Said>();
  const lists = new Map<string, readonly Fact[]>();
  let generation = 0;

  const tell = (what?: ChangedFacts): void => {
    lists.clear();
    changed(what);
  };

  /** Tells of one file that says something else. */
  const tellOf = (uri: string, before: Said | undefined, after: Said | undefined): void => {
    const folder = folders.of(uri);
    if (folder === undefined) return;
    const others = [...saidIn(folder)].flatMap(([, { facts }]) => facts);
    const names = namesAnswered(differing(before, after), [...others, ...(before?.facts ?? [])]);
    tell({ folder, names });
  };

  const put = (store: Map<string, Said>, uri: string, facts: readonly Fact[]): boolean => {
    const key = facts.length === 0 ? '' : factsKey(facts);
    if ((store.get(uri)?.key ?? '') === key) return false;
    if (facts.length === 0) store.delete(uri);
    else store.set(uri, { facts, key });
    return true;
  };

  const readInto = async (
    store: Map<string, Said>,
    uri: string,
    noticed?: (text: string) => void,
  ): Promise<boolean> => {
    const text = await files?.readFile(uri);
    noticed?.(text ?? '');
    return put(store, uri, text === undefined ? [] : factsIn(text));
  };

  const saidIn = (folder: string): ReadonlyMap<string, Said> => {
    const all = new Map(known.get(folder));
    for (const [uri, said] of open) if (folders.of(uri) === folder) all.set(uri, said);
    return all;
  };

  const onDisk = (uri: string): Said | undefined => known.get(folders.of(uri) ?? '')?.get(uri);
  const saidBy = (uri: string): Said | undefined => open.get(uri) ?? onDisk(uri);

  return {
    elsewhereOf(uri) {
      const folder = folders.of(uri);
      if (folder === undefined) return NOTHING;
      const name = (saidBy(uri)?.facts.length ?? 0) > 0 ? uri : folder;
      let list = lists.get(name);
      if (list === undefined) {
        list = [...saidIn(folder)]
          .filter(([other]) => other !== uri)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .flatMap(([, { facts }]) => facts);
        // Of each file that says something, the list is another one: for thousands of closed files they would fill the memory.
        if (name === folder || open.has(uri)) lists.set(name, list);
      }
      return list;
    },
    async read(noticed) {
      const mine = ++generation;
      const fresh = new Map<string, Map<string, Said>>();
      for (const folder of folders.all()) {
        const store = new Map<string, Said>();
        fresh.set(folder, store);
        let count = 0;
        for await (const uri of files?.manifestsBelow(folder) ?? []) {
          if (mine !== generation || ++count > MAX_FILES) break;
          await readInto(store, uri, (text) => noticed?.(uri, folder, text));
          await host.pause();
        }
      }
      if (mine !== generation) return;
      const before = keyOf(known);
      known = fresh;
      if (keyOf(known) !== before) tell();
    },
    says(uri, facts) {
      // Most of what is typed says nothing else about other files.
      if (facts !== undefined && open.get(uri)?.facts === facts) return;
      const before = saidBy(uri);
      if (facts === undefined) open.delete(uri);
      else open.set(uri, { facts, key: facts.length === 0 ? '' : factsKey(facts) });
      const after = saidBy(uri);
      if ((after?.key ?? '') !== (before?.key ?? '')) tellOf(uri, before, after);
    },
    async changed(uri) {
      const folder = folders.of(uri);
      const store = folder === undefined ? undefined : known.get(folder);
      if (folder === undefined || store === undefined) return;
      const isListed = (await files?.isListed(uri, folder)) === true;
      const before = store.get(uri);
      const isOther = isListed ? await readInto(store, uri) : store.delete(uri);
      if (isOther && !open.has(uri)) tellOf(uri, before, store.get(uri));
    },
  };
}

interface Said {
  readonly facts: readonly Fact[];
  readonly key: string;
}

const NOTHING: readonly Fact[] = [];

/** The facts that only one of two states of a file has. */
function differing(before: Said | undefined, after: Said | undefined): readonly Fact[] {
  const keysOf = (said: Said | undefined) =>
    new Map((said?.facts ?? []).map((fact) => [factsKey([fact]), fact]));
  const [old, fresh] = [keysOf(before), keysOf(after)];
  return [...[...old].filter(([key]) => !fresh.has(key)), ...[...fresh].filter(([key]) => !old.has(key))].map(
    ([, fact]) => fact,
  );
}

function keyOf(known: ReadonlyMap<string, ReadonlyMap<string, Said>>): string {
  return JSON.stringify(
    [...known.values()].flatMap((store) => [...store].sort().map(([uri, { key }]) => [uri, key])),
  );
}
