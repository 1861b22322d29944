/** Joining: what other documents say settles a finding, or changes what it says. */
import type {
  BindingFact,
  Fact,
  LimitRangeFact,
  RoleFact,
  ServiceAccountFact,
  Subject,
  TokenRights,
} from '../kubernetes/facts.ts';
import { rankOfRights, rightsInWords } from '../kubernetes/rights.ts';
import type { Namespace } from '../kubernetes/workload.ts';
import type { FactQuery, TokenNote } from '../practices/practice.ts';
import { type KnownFacts, subjectNames } from './facts.ts';

/** Facts by what they are asked for: where a namespace decides too, it is a part of the name. */
interface FactTable {
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

/** Many files are judged by the same facts of others. */
const tables = new WeakMap<readonly Fact[], FactTable>();

function tableOf(facts: readonly Fact[]): FactTable {
  let table = tables.get(facts);
  if (table === undefined) {
    table = inOrder(facts);
    tables.set(facts, table);
  }
  return table;
}

function inOrder(facts: readonly Fact[]): FactTable {
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
  return { serviceAccounts, limitRanges, bindings, roles };
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
  for (const { fact, at } of pick(tableOf(own)) ?? []) found.push({ fact, isOwn: true, order: at });
  for (const { fact, at } of pick(tableOf(others)) ?? []) {
    if (at < start || at >= end) found.push({ fact, isOwn: false, order: own.length + at });
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

interface Strongest {
  readonly rank: number;
  readonly order: number;
  readonly rights: TokenRights;
}

function strongestRights(facts: KnownFacts, note: TokenNote): TokenRights | undefined {
  const [account = '', ...others] = subjectNames(note);
  let best = strongestUnder(facts, note, nameIn(note.namespace, account));
  let shared = strongestShared.get(facts);
  if (shared === undefined) {
    shared = new Map();
    strongestShared.set(facts, shared);
  }
  for (const key of others) {
    if (!shared.has(key)) shared.set(key, strongestUnder(facts, note, key));
    best = stronger(best, shared.get(key));
  }
  return best?.rights;
}

/** By the names of users and groups, which say all about whom they mean: many service accounts are in the same groups. */
const strongestShared = new WeakMap<KnownFacts, Map<string, Strongest | undefined>>();

function strongestUnder(facts: KnownFacts, note: TokenNote, key: string): Strongest | undefined {
  let best: Strongest | undefined;
  for (const { fact, isOwn, order } of known(facts, ({ bindings }) => bindings.get(key))) {
    if (!fact.subjects.some((subject) => isSubject(subject, fact, note, isOwn))) continue;
    const rules = rulesOf(facts, fact);
    const rank = rankOfRights(fact, rules);
    best = stronger(best, { rank, order, rights: { binding: fact, words: rightsInWords(fact, rules) } });
  }
  return best;
}

function stronger(a: Strongest | undefined, b: Strongest | undefined): Strongest | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.rank < a.rank || (b.rank === a.rank && b.order < a.order) ? b : a;
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
