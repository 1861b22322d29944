/** Reading facts: what an object other than a pod says about pods. */
import { amountIn } from './amounts.ts';
import type {
  AmountName,
  BindingFact,
  Fact,
  LimitRangeFact,
  NamespaceFact,
  RoleFact,
  RoleRule,
  ServiceAccountFact,
  Subject,
} from './facts.ts';
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
