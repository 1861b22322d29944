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

/**
 * Facts as one text sees them, ready to be asked. A fact certainly applies to a pod where both name the same namespace, or where both stand
 * in the same file or kustomization and leave the namespace to whoever applies it.
 */
export interface KnownFacts {
  /** Of the same file or kustomization. */
  readonly own: readonly Fact[];
  /** Of other files. */
  readonly others: readonly Fact[];
  readonly serviceAccounts: ReadonlyMap<string, readonly Known<ServiceAccountFact>[]>;
  readonly limitRanges: readonly Known<LimitRangeFact>[];
  /** By kind and name of each of their subjects. */
  readonly bindings: ReadonlyMap<string, readonly Known<BindingFact>[]>;
  /** By kind and name. */
  readonly roles: ReadonlyMap<string, readonly Known<RoleFact>[]>;
}

interface Known<F extends Fact> {
  readonly fact: F;
  readonly isOwn: boolean;
  /** Its place among all. */
  readonly order: number;
}

/** The same object as before where the facts are: then nothing that was made of them has changed. */
let latest: KnownFacts | undefined;

export function knownFacts(own: readonly Fact[], others: readonly Fact[]): KnownFacts {
  if (latest === undefined || !areSame(latest.own, own) || !areSame(latest.others, others)) {
    latest = ordered(own, others);
  }
  return latest;
}

function areSame(before: readonly Fact[], after: readonly Fact[]): boolean {
  return before.length === after.length && before.every((fact, index) => fact === after[index]);
}

function ordered(own: readonly Fact[], others: readonly Fact[]): KnownFacts {
  const serviceAccounts = new Map<string, Known<ServiceAccountFact>[]>();
  const limitRanges: Known<LimitRangeFact>[] = [];
  const bindings = new Map<string, Known<BindingFact>[]>();
  const roles = new Map<string, Known<RoleFact>[]>();
  [...own, ...others].forEach((fact, order) => {
    const place = { isOwn: order < own.length, order };
    switch (fact.fact) {
      case 'service-account':
        add(serviceAccounts, fact.name, { fact, ...place });
        break;
      case 'limit-range':
        limitRanges.push({ fact, ...place });
        break;
      case 'binding':
        for (const { kind, name } of fact.subjects) add(bindings, `${kind}/${name}`, { fact, ...place });
        break;
      case 'role':
        add(roles, `${fact.kind}/${fact.name}`, { fact, ...place });
        break;
      case 'namespace':
        break;
    }
  });
  return { own, others, serviceAccounts, limitRanges, bindings, roles };
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

/** True where a fact certainly answers the query with yes. */
export function settles(facts: KnownFacts, query: FactQuery): boolean {
  switch (query.fact) {
    case 'token-not-mounted':
      // A service account whose setting is not known may say no; and of two that disagree, either may be in force.
      return (facts.serviceAccounts.get(query.serviceAccount) ?? []).some(
        ({ fact, isOwn }) =>
          fact.automount !== 'true or unset' && isSameNamespace(fact.namespace, query.namespace, isOwn),
      );
    case 'amount-given':
      return facts.limitRanges.some(
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
  let best: { readonly rank: number; readonly order: number; readonly rights: TokenRights } | undefined;
  for (const name of subjectNames(note)) {
    for (const { fact, isOwn, order } of facts.bindings.get(name) ?? []) {
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

/** By kind and name, whatever a subject may call the note's service account. */
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
      // A subject without a namespace is completed with the binding's own by the tools that apply such files.
      const where = subject.namespace.state === 'unset' ? binding.namespace : subject.namespace;
      return isSameNamespace(where, namespace, isOwn);
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

/** The rules of the role that a binding names, where that role is known. */
function rulesOf(facts: KnownFacts, { role, namespace }: BindingFact): RoleFact['rules'] {
  const found = facts.roles
    .get(`${role.kind}/${role.name}`)
    ?.find(({ fact, isOwn }) => role.kind !== 'Role' || isSameNamespace(fact.namespace, namespace, isOwn));
  return found?.fact.rules;
}
