/** Joining: what other documents say settles a finding, or changes what it says. */
import {
  type BindingFact,
  type Fact,
  type RoleFact,
  rankOfRights,
  rightsInWords,
  type Subject,
  type TokenRights,
} from '../kubernetes/facts.ts';
import type { Namespace } from '../kubernetes/workload.ts';
import type { FactQuery, TokenNote } from '../practices/practice.ts';

/**
 * Facts as one text sees them. A fact certainly applies to a pod where both name the same namespace, or where both stand in the
 * same file or kustomization and leave the namespace to whoever applies it.
 */
export interface KnownFacts {
  /** Of the same file or kustomization. */
  readonly own: readonly Fact[];
  /** Of other files. */
  readonly others: readonly Fact[];
}

/** True where a fact certainly answers the query with yes. */
export function settles(facts: KnownFacts, query: FactQuery): boolean {
  switch (query.fact) {
    case 'token-not-mounted':
      // A service account whose setting is not known may say no; and of two that disagree, either may be in force.
      return anyFact(
        facts,
        (fact, isOwn) =>
          fact.fact === 'service-account' &&
          fact.name === query.serviceAccount &&
          fact.automount !== 'true or unset' &&
          isSameNamespace(fact.namespace, query.namespace, isOwn),
      );
    case 'amount-given':
      return anyFact(
        facts,
        (fact, isOwn) =>
          fact.fact === 'limit-range' &&
          fact.gives.has(query.amount) &&
          isSameNamespace(fact.namespace, query.namespace, isOwn),
      );
  }
}

/**
 * What the token of the note's service account may do, through the binding that gives it most; undefined where none is known. Of
 * two that give as much, the first.
 */
export function tokenRights(facts: KnownFacts, note: TokenNote): TokenRights | undefined {
  let found: { readonly rank: number; readonly rights: TokenRights } | undefined;
  anyFact(facts, (fact, isOwn) => {
    if (fact.fact !== 'binding') return false;
    if (!fact.subjects.some((subject) => isSubject(subject, fact, note, isOwn))) return false;
    const rules = rulesOf(facts, fact);
    const rank = rankOfRights(fact, rules);
    if (found === undefined || rank < found.rank)
      found = { rank, rights: { binding: fact, words: rightsInWords(fact, rules) } };
    return false;
  });
  return found?.rights;
}

function anyFact(facts: KnownFacts, test: (fact: Fact, isOwn: boolean) => boolean): boolean {
  return facts.own.some((fact) => test(fact, true)) || facts.others.some((fact) => test(fact, false));
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
  let rules: RoleFact['rules'];
  anyFact(facts, (fact, isOwn) => {
    if (fact.fact !== 'role' || fact.kind !== role.kind || fact.name !== role.name) return false;
    if (role.kind === 'Role' && !isSameNamespace(fact.namespace, namespace, isOwn)) return false;
    rules = fact.rules;
    return true;
  });
  return rules;
}
