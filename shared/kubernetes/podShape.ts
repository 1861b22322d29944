/** Pod shape: finds pod templates in objects of kinds that nobody here knows. */
import { child, isCertainlyAbsent, itemsOf, mappingIn, type Slot, textOf } from './slots.ts';

export interface FoundSpec {
  readonly spec: Slot;
  /** The template's metadata. */
  readonly metadata: Slot;
}

/** Deeper than any custom resource keeps its pods, and fewer than a hostile document has. */
const MAX_DEPTH = 12;
const MAX_VISITS = 20_000;

/**
 * Groups whose objects show pod templates that are none: schemas, patterns that policies hold against objects, and
 * templates that another program fills in first. Kubernetes' own kinds are known, and need no recognizing.
 */
const NOT_RECOGNIZED: ReadonlySet<string> = new Set([
  '',
  'apps',
  'batch',
  'extensions',
  'policy',
  'autoscaling',
  'apiextensions.k8s.io',
  'admissionregistration.k8s.io',
  'networking.k8s.io',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'kustomize.config.k8s.io',
  'kyverno.io',
  'policies.kyverno.io',
  'templates.gatekeeper.sh',
  'constraints.gatekeeper.sh',
  'mutations.gatekeeper.sh',
  'apiextensions.crossplane.io',
]);

/**
 * The pod templates in an object: each `template.spec` whose `containers` are a list that is not empty, of items that all
 * have a name and an image. Nothing is looked for inside a pod template, nor behind an alias.
 */
export function podSpecsByShape(object: Slot, group: string): readonly FoundSpec[] {
  if (!isSearchedForShape(group)) return [];
  const found: FoundSpec[] = [];
  const budget = { left: MAX_VISITS };
  search(object, 0, budget, found);
  return found;
}

/** False for groups whose objects hold no pod template, or show some that are none. */
export function isSearchedForShape(group: string): boolean {
  return !NOT_RECOGNIZED.has(group);
}

function search(slot: Slot, depth: number, budget: { left: number }, found: FoundSpec[]): void {
  if (depth > MAX_DEPTH || budget.left <= 0) return;
  const [held] = slot.held;
  if (slot.held.length !== 1 || held?.state !== 'node') return;
  // An alias has the span of the alias, and what it stands for is searched where it is written.
  if (held.span.start !== held.node.span.start) return;
  if (held.node.kind === 'scalar') return;
  budget.left--;
  if (held.node.kind === 'sequence') {
    for (const item of itemsOf(slot)) search(item, depth + 1, budget, found);
    return;
  }
  for (const { key, keyNode } of held.node.entries) {
    if (keyNode.kind !== 'scalar' || key === '<<') continue;
    const inner = child(slot, key);
    if (key === 'template' && isPodTemplate(inner)) {
      found.push({ spec: child(inner, 'spec'), metadata: child(inner, 'metadata') });
    } else search(inner, depth + 1, budget, found);
  }
}

function isPodTemplate(template: Slot): boolean {
  const spec = child(template, 'spec');
  if (mappingIn(spec) === undefined) return false;
  const containers = itemsOf(child(spec, 'containers'));
  return containers.length > 0 && containers.every(isWholeContainer);
}

function isWholeContainer(item: Slot): boolean {
  if (mappingIn(item) === undefined) return false;
  return ['name', 'image'].every((key) => {
    const slot = child(item, key);
    return !isCertainlyAbsent(slot) && (textOf(slot) !== undefined || slot.held[0]?.state === 'unknown');
  });
}
