/** Facts: what objects other than a pod say about pods, as data that is joined with findings later. */
import { amountIn, type Bound } from './amounts.ts';
import { groupOf } from './kinds.ts';
import {
  booleanField,
  child,
  descend,
  isAbsent,
  isCertainly,
  isCertainlyAbsent,
  itemsOf,
  mayHoldMore,
  type Slot,
  textOf,
} from './slots.ts';
import type { Namespace, ObjectView } from './workload.ts';

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

/** Whom a binding names; `namespace` is undefined where the binding leaves it out. */
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

/** What an object says about pods elsewhere. */
export function factsOf(object: ObjectView): readonly Fact[] {
  const { kind, name } = object;
  switch (groupOf(object.apiVersion)) {
    case '':
      if (kind === 'ServiceAccount') return name === undefined ? [] : [serviceAccount(object, name)];
      if (kind === 'LimitRange') return [limitRange(object)];
      if (kind === 'Namespace') return name === undefined ? [] : [namespace(object, name)];
      return [];
    case 'rbac.authorization.k8s.io':
      if (name === undefined) return [];
      if (kind === 'Role' || kind === 'ClusterRole') return [role(object, kind, name)];
      if (kind === 'RoleBinding' || kind === 'ClusterRoleBinding') return binding(object, kind, name);
      return [];
    default:
      return [];
  }
}

function serviceAccount({ slot, namespace: where }: ObjectView, name: string): ServiceAccountFact {
  const field = booleanField(child(slot, 'automountServiceAccountToken'), 'pod');
  const automount = isCertainly(field, (value) => !value)
    ? 'false'
    : isAbsent(field) || isCertainly(field, (value) => value)
      ? 'true or unset'
      : 'unknown';
  return { fact: 'service-account', namespace: where, name, automount };
}

/**
 * For containers: `default` gives limits, `defaultRequest` requests; where they are left out, `max` serves as the default, and the
 * default or `min` as the default request (SetDefaults_LimitRangeItem).
 */
function limitRange({ slot, namespace: where, name }: ObjectView): LimitRangeFact {
  const gives = new Set<AmountName>();
  for (const item of itemsOf(descend(slot, 'spec', 'limits'))) {
    if (textOf(child(item, 'type')) !== 'Container') continue;
    for (const resource of ['cpu', 'memory'] as const) {
      // What a template gives is not known, but given.
      const has = (key: string): boolean => {
        const { state } = amountIn(descend(item, key, resource));
        return state === 'known' || state === 'unknown';
      };
      const limit = has('default') || has('max');
      if (limit) gives.add(`limits.${resource}`);
      if (limit || has('defaultRequest') || has('min')) gives.add(`requests.${resource}`);
    }
  }
  return { fact: 'limit-range', namespace: where, name, gives };
}

const LEVELS = ['privileged', 'baseline', 'restricted'] as const;

function namespace({ slot }: ObjectView, name: string): NamespaceFact {
  const labels = descend(slot, 'metadata', 'labels');
  const level = LEVELS.find((one) => one === textOf(child(labels, 'pod-security.kubernetes.io/enforce')));
  const version = textOf(child(labels, 'pod-security.kubernetes.io/enforce-version'));
  const minor = /^v1\.(\d{1,3})$/.exec(version ?? '')?.[1];
  return {
    fact: 'namespace',
    name,
    enforce:
      level === undefined ? undefined : { level, minor: minor === undefined ? undefined : Number(minor) },
  };
}

function role({ slot, namespace: where }: ObjectView, kind: RoleFact['kind'], name: string): RoleFact {
  const rules = child(slot, 'rules');
  const isKnown = isCertainlyAbsent(child(slot, 'aggregationRule')) && !mayHoldMore(rules);
  const read = itemsOf(rules).map((rule): RoleRule | undefined => {
    const [verbs, groups, resources] = ['verbs', 'apiGroups', 'resources'].map((key) =>
      textsIn(child(rule, key)),
    );
    if (verbs === undefined || groups === undefined || resources === undefined) return undefined;
    const isNarrow = !isCertainlyAbsent(child(rule, 'resourceNames'));
    return { verbs, groups, resources, isNarrow };
  });
  const known = read.filter((rule) => rule !== undefined);
  return {
    fact: 'role',
    kind,
    namespace: where,
    name,
    rules: isKnown && known.length === read.length ? known : undefined,
  };
}

/** The strings of a list, or undefined where one of them is not known. */
function textsIn(slot: Slot): readonly string[] | undefined {
  if (mayHoldMore(slot)) return undefined;
  const texts = itemsOf(slot).map(textOf);
  const known = texts.filter((text) => text !== undefined);
  return known.length === texts.length ? known : undefined;
}

function binding(
  { slot, namespace: where }: ObjectView,
  kind: BindingFact['kind'],
  name: string,
): readonly BindingFact[] {
  const roleRef = child(slot, 'roleRef');
  const roleKind = textOf(child(roleRef, 'kind'));
  const roleName = textOf(child(roleRef, 'name'));
  if (roleName === undefined || (roleKind !== 'Role' && roleKind !== 'ClusterRole')) return [];
  const subjects = itemsOf(child(slot, 'subjects')).flatMap((subject): Subject[] => {
    const subjectKind = textOf(child(subject, 'kind'));
    const subjectName = textOf(child(subject, 'name'));
    if (subjectKind === undefined || subjectName === undefined) return [];
    return [{ kind: subjectKind, name: subjectName, namespace: namespaceIn(child(subject, 'namespace')) }];
  });
  return [
    { fact: 'binding', kind, namespace: where, name, role: { kind: roleKind, name: roleName }, subjects },
  ];
}

function namespaceIn(slot: Slot): Namespace {
  const name = textOf(slot);
  if (name !== undefined) return { state: 'named', name };
  return isCertainlyAbsent(slot) ? { state: 'unset' } : { state: 'unknown' };
}

/** What the token of a ServiceAccount may do, through one binding. */
export interface TokenRights {
  readonly binding: BindingFact;
  /** For people: `can read secrets in shop, through the role reader`. */
  readonly words: string;
}

/** Rights that matter most come first; each says what it is in words. */
const NOTABLE: readonly { readonly words: string; readonly holds: (rule: RoleRule) => boolean }[] = [
  { words: 'can do everything', holds: (rule) => !rule.isNarrow && allows(rule, '*', '*', '*') },
  {
    words: 'can read secrets',
    holds: (rule) => !rule.isNarrow && READ.some((verb) => allows(rule, verb, '', 'secrets')),
  },
  {
    words: 'can give itself more rights',
    holds: (rule) => ['escalate', 'bind', 'impersonate'].some((verb) => rule.verbs.includes(verb)),
  },
  { words: 'can run commands in pods', holds: (rule) => allows(rule, 'create', '', 'pods/exec') },
  {
    words: 'can create pods',
    holds: (rule) => CREATES_PODS.some(([group, resource]) => allows(rule, 'create', group, resource)),
  },
  {
    words: 'can read some secrets',
    holds: (rule) => READ.some((verb) => allows(rule, verb, '', 'secrets')),
  },
];

const READ: readonly string[] = ['get', 'list', 'watch'];
const CREATES_PODS: readonly (readonly [group: string, resource: string])[] = [
  ['', 'pods'],
  ['', 'replicationcontrollers'],
  ['apps', 'deployments'],
  ['apps', 'daemonsets'],
  ['apps', 'statefulsets'],
  ['apps', 'replicasets'],
  ['batch', 'jobs'],
  ['batch', 'cronjobs'],
];

function allows(
  { verbs, groups, resources }: RoleRule,
  verb: string,
  group: string,
  resource: string,
): boolean {
  return hasOrAll(verbs, verb) && hasOrAll(groups, group) && hasOrAll(resources, resource);
}

function hasOrAll(list: readonly string[], wanted: string): boolean {
  return list.includes(wanted) || list.includes('*');
}

/** Kubernetes' own roles for people, whose rules every cluster has. */
const WELL_KNOWN: ReadonlyMap<string, string> = new Map([
  ['cluster-admin', 'can do everything'],
  ['admin', 'can read secrets and change almost everything'],
  ['edit', 'can read secrets and create pods'],
  ['view', 'can read almost everything but secrets'],
]);

/**
 * How much a binding's rights matter: 0 for the gravest, higher for lesser ones. `rules` are the role's, or undefined where they
 * are not known.
 */
export function rankOfRights(binding: BindingFact, rules: readonly RoleRule[] | undefined): number {
  const isCluster = binding.kind === 'ClusterRoleBinding';
  if (rules === undefined && WELL_KNOWN.has(binding.role.name)) {
    const grave = ['cluster-admin', 'admin', 'edit'].indexOf(binding.role.name);
    return (grave < 0 ? NOTABLE.length : Math.min(grave, 1)) * 2 + (isCluster ? 0 : 1);
  }
  const notable = NOTABLE.findIndex(({ holds }) => rules?.some(holds) === true);
  const rank = notable >= 0 ? notable : rules === undefined ? NOTABLE.length + 1 : NOTABLE.length;
  return rank * 2 + (isCluster ? 0 : 1);
}

/** Says what a binding gives. `rules` are the role's, or undefined where they are not known. */
export function rightsInWords(binding: BindingFact, rules: readonly RoleRule[] | undefined): string {
  const {
    kind,
    role: { kind: roleKind, name },
    namespace: where,
  } = binding;
  const known = roleKind === 'ClusterRole' ? WELL_KNOWN.get(name) : undefined;
  const what = rules === undefined ? known : summaryOf(rules);
  const scope =
    kind === 'ClusterRoleBinding'
      ? 'in the whole cluster'
      : where.state === 'named'
        ? `in ${where.name}`
        : 'in its namespace';
  const through = `through the ${roleKind === 'Role' ? 'role' : 'cluster role'} ${name}`;
  return `${what ?? 'has rights'} ${scope}, ${through}`;
}

function summaryOf(rules: readonly RoleRule[]): string | undefined {
  const notable = NOTABLE.find(({ holds }) => rules.some(holds));
  if (notable !== undefined) return notable.words;
  const [first] = rules.filter(({ verbs, resources }) => verbs.length > 0 && resources.length > 0);
  if (first === undefined) return undefined;
  const verbs = first.verbs.includes('*') ? 'do everything with' : listed(first.verbs);
  const groups = first.groups.map((group) => (group === '' ? 'the core group' : group));
  const everything = first.groups.includes('*') ? 'everything' : `everything of ${listed(groups)}`;
  const resources = first.resources.includes('*') ? everything : listed(first.resources);
  return `can ${verbs} ${resources}`;
}

/** `get, list and watch`; of many, the first few. */
function listed(words: readonly string[]): string {
  const shown = words.length > 3 ? [...words.slice(0, 2), 'more'] : words;
  const last = shown.at(-1) ?? '';
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
}
