/** Joining: what other documents say settles a finding, or changes what it says. */
import {
  type BindingFact,
  type Fact,
  type LimitRangeFact,
  type RoleFact,
  rankOfRights,
  rightsInWords,
  type ServiceAccountFact,
  type Subject,
  type TokenRights,
} from '../kubernetes/facts.ts';
import type { Namespace } from '../kubernetes/workload.ts';
import type { FactQuery, TokenNote } from '../practices/practice.ts';

/** What other files say: their facts or, of what many files say, all but what one of them says itself. */
export type FactsElsewhere = readonly Fact[] | FactsOfOthers;

/** The same list for every file, so that it is put in order once. */
export interface FactsOfOthers {
  readonly all: readonly Fact[];
  /** The stretch of the list that the file itself says; empty where it says nothing. */
  readonly start: number;
  readonly end: number;
}

/**
 * Facts as one text sees them, ready to be asked. A fact certainly applies to a pod where both name the same namespace, or where both stand
 * in the same file or kustomization and leave the namespace to whoever applies it.
 */
export interface KnownFacts {
  /** Of the same file or kustomization. */
  readonly own: FactTable;
  /** Of other files, which come behind. */
  readonly others: FactTable;
  /** What of the others is the file's own, and does not count twice. */
  readonly start: number;
  readonly end: number;
}

/** Facts by what they are asked for: where a namespace decides too, it is a part of the name. */
interface FactTable {
  readonly facts: readonly Fact[];
  readonly serviceAccounts: ReadonlyMap<string, readonly Placed<ServiceAccountFact>[]>;
  readonly limitRanges: ReadonlyMap<string, readonly Placed<LimitRangeFact>[]>;
  /** By each of their subjects. */
  readonly bindings: ReadonlyMap<string, readonly Placed<BindingFact>[]>;
  readonly roles: ReadonlyMap<string, readonly Placed<RoleFact>[]>;
}

interface Placed<F extends Fact> {
  readonly fact: F;
  /** Its place in the list. */
  readonly at: number;
}

interface Known<F extends Fact> {
  readonly fact: F;
  readonly isOwn: boolean;
  /** Its place among all. */
  readonly order: number;
}

/** Those of the texts that were last asked about: the same object for as long as the facts say the same, so that what was made of them holds. */
const recent: KnownFacts[] = [];

/** More than the open files of most people. */
const RECENT = 16;

export function knownFacts(own: readonly Fact[], elsewhere: FactsElsewhere): KnownFacts {
  const { all, start, end } = 'all' in elsewhere ? elsewhere : { all: elsewhere, start: 0, end: 0 };
  const at = recent.findIndex(
    (one) =>
      one.start === start && one.end === end && areSame(one.others.facts, all) && saySame(one.own.facts, own),
  );
  const known = recent[at] ?? { own: tableOf(own), others: keptTableOf(all), start, end };
  if (at !== 0) {
    recent.splice(at < 0 ? RECENT - 1 : at, 1);
    recent.unshift(known);
  }
  return known;
}

/** False where nothing is known at all. */
export function knowsAnything({ own, others, start, end }: KnownFacts): boolean {
  return own.facts.length > 0 || others.facts.length > end - start;
}

function areSame(before: readonly Fact[], after: readonly Fact[]): boolean {
  if (before === after) return true;
  return before.length === after.length && before.every((fact, index) => fact === after[index]);
}

/** Facts are read anew with every keystroke in their document, and mostly say what they said before. */
function saySame(before: readonly Fact[], after: readonly Fact[]): boolean {
  return (
    before.length === after.length &&
    before.every((fact, index) => {
      const other = after[index] as Fact;
      return fact === other || wordsOf(fact) === wordsOf(other);
    })
  );
}

const words = new WeakMap<Fact, string>();

/** Equal exactly for facts that say the same. */
export function wordsOf(fact: Fact): string {
  let known = words.get(fact);
  if (known === undefined) {
    known = JSON.stringify(fact, (_, value: unknown) => (value instanceof Set ? [...value].sort() : value));
    words.set(fact, known);
  }
  return known;
}

/** Many files are judged by the same facts of others. */
const tables = new WeakMap<readonly Fact[], FactTable>();

function keptTableOf(facts: readonly Fact[]): FactTable {
  let table = tables.get(facts);
  if (table === undefined) {
    table = tableOf(facts);
    tables.set(facts, table);
  }
  return table;
}

function tableOf(facts: readonly Fact[]): FactTable {
  const serviceAccounts = new Map<string, Placed<ServiceAccountFact>[]>();
  const limitRanges = new Map<string, Placed<LimitRangeFact>[]>();
  const bindings = new Map<string, Placed<BindingFact>[]>();
  const roles = new Map<string, Placed<RoleFact>[]>();
  facts.forEach((fact, at) => {
    switch (fact.fact) {
      case 'service-account':
        add(serviceAccounts, nameIn(fact.namespace, fact.name), { fact, at });
        break;
      case 'limit-range':
        add(limitRanges, nameIn(fact.namespace, ''), { fact, at });
        break;
      case 'binding':
        for (const subject of fact.subjects) add(bindings, subjectKey(subject, fact), { fact, at });
        break;
      case 'role':
        add(roles, roleKey(fact, fact.namespace), { fact, at });
        break;
      case 'namespace':
        break;
    }
  });
  return { facts, serviceAccounts, limitRanges, bindings, roles };
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** A name and the namespace in which it is one. Two that are different may look the same, so whoever asks looks at what is found. */
function nameIn(namespace: Namespace, name: string): string {
  return `${name}\n${namespace.state === 'named' ? namespace.name : `\n${namespace.state}`}`;
}

/** Only service accounts have a namespace. */
function subjectKey(subject: Subject, binding: BindingFact): string {
  const name = `${subject.kind}/${subject.name}`;
  return subject.kind === 'ServiceAccount' ? nameIn(namespaceOf(subject, binding), name) : name;
}

function roleKey({ kind, name }: Pick<RoleFact, 'kind' | 'name'>, namespace: Namespace): string {
  return kind === 'Role' ? nameIn(namespace, `${kind}/${name}`) : `${kind}/${name}`;
}

/** What a text's own facts and then those of others have under a name. */
function known<F extends Fact>(
  { own, others, start, end }: KnownFacts,
  pick: (table: FactTable) => readonly Placed<F>[] | undefined,
): readonly Known<F>[] {
  const found: Known<F>[] = [];
  for (const { fact, at } of pick(own) ?? []) found.push({ fact, isOwn: true, order: at });
  for (const { fact, at } of pick(others) ?? []) {
    if (at < start || at >= end) found.push({ fact, isOwn: false, order: own.facts.length + at });
  }
  return found;
}

/** True where a fact certainly answers the query with yes. */
export function settles(facts: KnownFacts, query: FactQuery): boolean {
  switch (query.fact) {
    case 'token-not-mounted':
      // A service account whose setting is not known may say no; and of two that disagree, either may be in force.
      return known(facts, ({ serviceAccounts }) =>
        serviceAccounts.get(nameIn(query.namespace, query.serviceAccount)),
      ).some(
        ({ fact, isOwn }) =>
          fact.name === query.serviceAccount &&
          fact.automount !== 'true or unset' &&
          isSameNamespace(fact.namespace, query.namespace, isOwn),
      );
    case 'amount-given':
      return known(facts, ({ limitRanges }) => limitRanges.get(nameIn(query.namespace, ''))).some(
        ({ fact, isOwn }) =>
          fact.gives.has(query.amount) && isSameNamespace(fact.namespace, query.namespace, isOwn),
      );
  }
}

/**
 * What the token of the note's service account may do, through the binding that gives it most; undefined where none is known. Of
 * two that give as much, the first.
 */
export function tokenRights(facts: KnownFacts, note: TokenNote): TokenRights | undefined {
  let rights = rightsKnown.get(facts);
  if (rights === undefined) {
    rights = new Map();
    rightsKnown.set(facts, rights);
  }
  const { namespace, serviceAccount } = note;
  const key = JSON.stringify([namespace, serviceAccount]);
  let known = rights.get(key);
  if (known === undefined) {
    known = { rights: strongestRights(facts, note) };
    rights.set(key, known);
  }
  return known.rights;
}

/** Many pods have the same service account, and may be bound to many roles. */
const rightsKnown = new WeakMap<KnownFacts, Map<string, { readonly rights: TokenRights | undefined }>>();

function strongestRights(facts: KnownFacts, note: TokenNote): TokenRights | undefined {
  let best: { readonly rank: number; readonly order: number; readonly rights: TokenRights } | undefined;
  const [account = '', ...others] = subjectNames(note);
  for (const key of [nameIn(note.namespace, account), ...others]) {
    for (const { fact, isOwn, order } of known(facts, ({ bindings }) => bindings.get(key))) {
      if (!fact.subjects.some((subject) => isSubject(subject, fact, note, isOwn))) continue;
      const rules = rulesOf(facts, fact);
      const rank = rankOfRights(fact, rules);
      if (best === undefined || rank < best.rank || (rank === best.rank && order < best.order)) {
        best = { rank, order, rights: { binding: fact, words: rightsInWords(fact, rules) } };
      }
    }
  }
  return best?.rights;
}

/** By kind and name, the service account's own first: whatever a subject may call the note's service account. */
export function subjectNames({ namespace, serviceAccount }: TokenNote): readonly string[] {
  const names = [`ServiceAccount/${serviceAccount}`, 'Group/system:serviceaccounts'];
  if (namespace.state !== 'named') return names;
  return [
    ...names,
    `User/system:serviceaccount:${namespace.name}:${serviceAccount}`,
    `Group/system:serviceaccounts:${namespace.name}`,
  ];
}

function isSameNamespace(a: Namespace, b: Namespace, isOwn: boolean): boolean {
  if (a.state === 'named' && b.state === 'named') return a.name === b.name;
  return isOwn && a.state === 'unset' && b.state === 'unset';
}

/** Whether a binding's subject is the service account, by itself, by its user name or by one of its groups. */
function isSubject(subject: Subject, binding: BindingFact, note: TokenNote, isOwn: boolean): boolean {
  const { namespace, serviceAccount } = note;
  const named = namespace.state === 'named' ? namespace.name : undefined;
  switch (subject.kind) {
    case 'ServiceAccount': {
      if (subject.name !== serviceAccount) return false;
      return isSameNamespace(namespaceOf(subject, binding), namespace, isOwn);
    }
    case 'User':
      return named !== undefined && subject.name === `system:serviceaccount:${named}:${serviceAccount}`;
    case 'Group':
      return (
        subject.name === 'system:serviceaccounts' ||
        (named !== undefined && subject.name === `system:serviceaccounts:${named}`)
      );
    default:
      return false;
  }
}

/** A subject without a namespace is completed with the binding's own by the tools that apply such files. */
function namespaceOf(subject: Subject, binding: BindingFact): Namespace {
  return subject.namespace.state === 'unset' ? binding.namespace : subject.namespace;
}

/** The rules of the role that a binding names, where that role is known. */
function rulesOf(facts: KnownFacts, { role, namespace }: BindingFact): RoleFact['rules'] {
  const found = known(facts, ({ roles }) => roles.get(roleKey(role, namespace))).find(
    ({ fact, isOwn }) =>
      fact.kind === role.kind &&
      fact.name === role.name &&
      (role.kind !== 'Role' || isSameNamespace(fact.namespace, namespace, isOwn)),
  );
  return found?.fact.rules;
}
