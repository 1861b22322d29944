/** Finds governed fields whose value the API server rejects, each by itself; contradictions have checks of their own. */

import type { EffectiveContainer, EffectivePod } from './effectiveValues.ts';
import type { DuplicateKey } from './goYaml.ts';
import { get, getList, isList, isMap, type Plain, type PlainPath, pathText } from './goYamlPlain.ts';
import { amountInBillionths, BILLION } from './kubernetesApiQuantity.ts';

export interface InvalidField {
  /** The container that the value stands in; null when it stands at pod level. */
  readonly container: EffectiveContainer | null;
  /** The value's path from the document's root, as text. */
  readonly subject: string;
}

/** Rejected values, and keys written twice, among the governed fields outside `resources`. */
export function invalidFields(
  pod: EffectivePod,
  duplicateKeys: readonly DuplicateKey[],
): readonly InvalidField[] {
  const { spec, specPath } = pod.found;
  const found: InvalidField[] = [];
  for (const path of rejectedContextPaths(
    get(spec, 'securityContext'),
    [...specPath, 'securityContext'],
    'pod',
  )) {
    found.push({ container: null, subject: pathText(path) });
  }
  const automount = get(spec, 'automountServiceAccountToken');
  if (automount !== undefined && typeof automount !== 'boolean') {
    found.push({ container: null, subject: pathText([...specPath, 'automountServiceAccountToken']) });
  }
  for (const container of pod.containers) {
    const path = [...specPath, container.list, container.index, 'securityContext'];
    const context = get(getList(spec, container.list)[container.index], 'securityContext');
    for (const rejected of rejectedContextPaths(context, path, 'container')) {
      found.push({ container, subject: pathText(rejected) });
    }
  }
  found.push(...duplicatesOf(pod, duplicateKeys, (path) => !path.includes('resources') && isGoverned(path)));
  return found;
}

const BOOLEANS = ['runAsNonRoot', 'privileged', 'allowPrivilegeEscalation', 'readOnlyRootFilesystem'];
const IDS = ['runAsUser', 'runAsGroup'];
const CONTAINER_ONLY = ['privileged', 'allowPrivilegeEscalation', 'readOnlyRootFilesystem', 'capabilities'];
const LARGEST_ID = 2_147_483_647;

function rejectedContextPaths(
  context: Plain | undefined,
  path: PlainPath,
  level: 'pod' | 'container',
): PlainPath[] {
  if (context === undefined) return [];
  if (!isMap(context)) return [path];
  const rejected: PlainPath[] = [];
  const has = (name: string): boolean => level === 'container' || !CONTAINER_ONLY.includes(name);
  for (const name of BOOLEANS) {
    const value = get(context, name);
    if (has(name) && value !== undefined && typeof value !== 'boolean') rejected.push([...path, name]);
  }
  for (const name of IDS) {
    const value = get(context, name);
    const valid = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LARGEST_ID;
    if (value !== undefined && !valid) rejected.push([...path, name]);
  }
  rejected.push(...rejectedSeccompPaths(get(context, 'seccompProfile'), [...path, 'seccompProfile']));
  if (has('capabilities')) {
    rejected.push(...rejectedCapabilityPaths(get(context, 'capabilities'), [...path, 'capabilities']));
  }
  return rejected;
}

/** Source: validateSeccompProfileField of Kubernetes' core validation. A profile without any type is told as missing. */
function rejectedSeccompPaths(profile: Plain | undefined, path: PlainPath): PlainPath[] {
  if (profile === undefined) return [];
  if (!isMap(profile)) return [path];
  const type = get(profile, 'type');
  const local = get(profile, 'localhostProfile');
  const rejected: PlainPath[] = [];
  const typed = type !== undefined && type !== '';
  if (typed && type !== 'RuntimeDefault' && type !== 'Localhost' && type !== 'Unconfined') {
    return [[...path, 'type']];
  }
  if (type === 'Localhost') {
    if (local === undefined) rejected.push([...path, 'type']);
    else if (typeof local !== 'string' || local.startsWith('/') || local.split('/').includes('..')) {
      rejected.push([...path, 'localhostProfile']);
    }
  } else if (local !== undefined && typed) {
    rejected.push([...path, 'localhostProfile']);
  }
  return rejected;
}

function rejectedCapabilityPaths(capabilities: Plain | undefined, path: PlainPath): PlainPath[] {
  if (capabilities === undefined) return [];
  if (!isMap(capabilities)) return [path];
  const rejected: PlainPath[] = [];
  for (const side of ['add', 'drop']) {
    const names = get(capabilities, side);
    if (names === undefined) continue;
    if (!isList(names)) rejected.push([...path, side]);
    else {
      names.forEach((name, index) => {
        if (name !== null && typeof name !== 'string') rejected.push([...path, side, index]);
      });
    }
  }
  return rejected;
}

/**
 * Amounts that Kubernetes rejects or warns of: outside the grammar, negative, a request above its limit, a part of a
 * byte. One finding for each amount that is wrong; a request above its limit is told at the request.
 */
export function invalidResources(
  pod: EffectivePod,
  duplicateKeys: readonly DuplicateKey[],
): readonly InvalidField[] {
  const { spec, specPath } = pod.found;
  const found: InvalidField[] = [];
  const podPath = [...specPath, 'resources'];
  for (const path of rejectedResourcePaths(get(spec, 'resources'), podPath)) {
    found.push({ container: null, subject: pathText(path) });
  }
  for (const container of pod.containers) {
    if (container.list === 'ephemeralContainers') continue;
    const path = [...specPath, container.list, container.index, 'resources'];
    const resources = get(getList(spec, container.list)[container.index], 'resources');
    for (const rejected of rejectedResourcePaths(resources, path)) {
      found.push({ container, subject: pathText(rejected) });
    }
  }
  found.push(...duplicatesOf(pod, duplicateKeys, (path) => path.includes('resources')));
  return found;
}

function rejectedResourcePaths(resources: Plain | undefined, path: PlainPath): PlainPath[] {
  if (resources === undefined) return [];
  if (!isMap(resources)) return [path];
  const rejected: PlainPath[] = [];
  const limits = get(resources, 'limits');
  for (const side of ['requests', 'limits']) {
    const amounts = get(resources, side);
    if (amounts === undefined) continue;
    if (!isMap(amounts)) {
      rejected.push([...path, side]);
      continue;
    }
    for (const name of Object.keys(amounts)) {
      const raw = get(amounts, name);
      if (raw === undefined) continue;
      const amount = amountInBillionths(raw);
      const limit = side === 'requests' ? amountInBillionths(get(limits, name) ?? null) : undefined;
      const fractional = WHOLE_BYTES.includes(name) && amount !== undefined && amount % BILLION !== 0n;
      const excessive = amount !== undefined && limit !== undefined && amount > limit;
      if (amount === undefined || amount < 0n || fractional || excessive)
        rejected.push([...path, side, name]);
    }
  }
  return rejected;
}

const WHOLE_BYTES = ['memory', 'ephemeral-storage'];
const GOVERNED_KEYS = new Set([
  ...BOOLEANS,
  ...IDS,
  'securityContext',
  'seccompProfile',
  'type',
  'localhostProfile',
  'capabilities',
  'add',
  'drop',
  'automountServiceAccountToken',
]);

function isGoverned(path: PlainPath): boolean {
  const last = path.at(-1);
  if (typeof last !== 'string' || !GOVERNED_KEYS.has(last)) return false;
  return path.includes('securityContext') || last === 'automountServiceAccountToken';
}

/** Keys written twice inside the pod that are of this kind, each with the container that it stands in. */
function duplicatesOf(
  pod: EffectivePod,
  duplicateKeys: readonly DuplicateKey[],
  concerns: (path: PlainPath) => boolean,
): readonly InvalidField[] {
  const { specPath, owner } = pod.found;
  return duplicateKeys.flatMap(({ object, path }) => {
    const inside = path.slice(specPath.length);
    const within = object === owner.object && specPath.every((step, index) => path[index] === step);
    if (!within || !concerns(inside)) return [];
    const [list, index] = inside;
    const isContainer = typeof list === 'string' && list.endsWith('ontainers') && typeof index === 'number';
    const container = pod.containers.find((one) => one.list === list && one.index === index);
    // A template's ephemeral container is not among the pod's containers: nothing speaks of it.
    if (isContainer && container === undefined) return [];
    return [{ container: container ?? null, subject: pathText(path) }];
  });
}
