/** Facts: what objects other than a pod say about pods, as data that is joined with findings later. */
import type { Bound } from './amounts.ts';
import { factsOf } from './factReading.ts';
import { isFactKind } from './kinds.ts';
import type { Namespace, ObjectView } from './workload.ts';

/** What an object says about pods elsewhere; few are of a kind that says anything. */
export function factsSaidBy(object: ObjectView): readonly Fact[] {
  return isFactKind(object.apiVersion, object.kind) ? factsOf(object) : NO_FACTS;
}

const NO_FACTS: readonly Fact[] = [];

export type Fact = ServiceAccountFact | LimitRangeFact | RoleFact | BindingFact | NamespaceFact;

/** A ServiceAccount, and whether pods that do not say get its token. */
export interface ServiceAccountFact {
  readonly fact: 'service-account';
  readonly namespace: Namespace;
  readonly name: string;
  readonly automount: 'false' | 'true or unset' | 'unknown';
}

/** What a LimitRange gives to containers that lack it, as `requests.cpu` and the like. */
export interface LimitRangeFact {
  readonly fact: 'limit-range';
  readonly namespace: Namespace;
  readonly name: string | undefined;
  readonly gives: ReadonlySet<AmountName>;
}

export type AmountName = `${Bound}.${'cpu' | 'memory'}`;

export interface RoleFact {
  readonly fact: 'role';
  readonly kind: 'Role' | 'ClusterRole';
  readonly namespace: Namespace;
  readonly name: string;
  /** Undefined where they are not all known, as in a role that is put together from others. */
  readonly rules: readonly RoleRule[] | undefined;
}

export interface RoleRule {
  readonly verbs: readonly string[];
  readonly groups: readonly string[];
  readonly resources: readonly string[];
  /** True where the rule holds for single objects alone (`resourceNames`). */
  readonly isNarrow: boolean;
}

export interface BindingFact {
  readonly fact: 'binding';
  readonly kind: 'RoleBinding' | 'ClusterRoleBinding';
  readonly namespace: Namespace;
  readonly name: string;
  readonly role: { readonly kind: 'Role' | 'ClusterRole'; readonly name: string };
  readonly subjects: readonly Subject[];
}

/** Whom a binding names; `namespace` is `unset` where the binding leaves it out. */
export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace: Namespace;
}

/** A namespace with the level of Pod Security that it enforces. */
export interface NamespaceFact {
  readonly fact: 'namespace';
  readonly name: string;
  /** Undefined where no label asks for one; then the cluster's own default holds. */
  readonly enforce: PodSecurityLabel | undefined;
}

export interface PodSecurityLabel {
  readonly level: 'privileged' | 'baseline' | 'restricted';
  /** The minor version of the policy; undefined for the cluster's own. */
  readonly minor: number | undefined;
}

/** What the token of a ServiceAccount may do, through one binding. */
export interface TokenRights {
  readonly binding: BindingFact;
  /** For people: `can read secrets in shop, through the role reader`. */
  readonly words: string;
}
