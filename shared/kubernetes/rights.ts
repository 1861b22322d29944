/** Rights: what the token of a ServiceAccount may do, by the roles that it is bound to, and how much that matters. */
import type { BindingFact, RoleRule } from './facts.ts';

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
