/** An independent reading of pods: for every container and governed field, the value in effect or why there is none. */

import {
  type ContainerList,
  type FoundPod,
  findContainers,
  findObjects,
  findPods,
} from './effectiveValuesPods.ts';
import {
  get,
  getAt,
  getList,
  getMap,
  getString,
  isList,
  isMap,
  type Plain,
  type PlainMap,
} from './goYamlPlain.ts';
import { amountInBillionths } from './kubernetesApiQuantity.ts';

/** What differs between clusters and teams; the defaults are those of the program. */
export interface JudgeSettings {
  /** The minor version of the cluster: 37 means 1.37. */
  readonly kubernetesMinor: number;
  readonly minimumUid: number;
  readonly minimumGid: number;
}

export const DEFAULT_JUDGE_SETTINGS: JudgeSettings = {
  kubernetesMinor: 37,
  minimumUid: 1001,
  minimumGid: 3001,
};

/** Where a value in effect was written. */
export type Origin = 'container' | 'pod' | 'serviceAccount';

/**
 * One field. `absent` is certain: nobody wrote it and nothing can be inherited. `unknown` is not: the value is one
 * that Kubernetes rejects, or the object is a patch whose other half is elsewhere.
 */
export type Reading<T> =
  | { readonly state: 'set'; readonly value: T; readonly origin: Origin }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown' };

export interface SeccompProfile {
  readonly type: 'RuntimeDefault' | 'Localhost' | 'Unconfined';
  readonly localhostProfile: string | undefined;
}

/** The fields that a pod and a container can both set; the container wins, field by field. */
export interface SharedFields {
  readonly runAsUser: Reading<number>;
  readonly runAsGroup: Reading<number>;
  readonly runAsNonRoot: Reading<boolean>;
  readonly seccompProfile: Reading<SeccompProfile>;
}

export interface EffectiveContainer extends SharedFields {
  readonly list: ContainerList;
  readonly index: number;
  readonly name: string | undefined;
  /** It has no image, so it is a patch: what it lacks may stand elsewhere. */
  readonly partial: boolean;
  /** The container's own mapping; the value is whether it has any key. */
  readonly securityContext: Reading<boolean>;
  readonly privileged: Reading<boolean>;
  readonly allowPrivilegeEscalation: Reading<boolean>;
  readonly readOnlyRootFilesystem: Reading<boolean>;
  readonly addedCapabilities: readonly string[];
  /** Absent when `drop` is missing, null or empty. */
  readonly droppedCapabilities: Reading<readonly string[]>;
  /** Quantities as they are written; absent in ephemeral containers, which can have none. */
  readonly cpuRequest: Reading<string>;
  readonly memoryRequest: Reading<string>;
  readonly cpuLimit: Reading<string>;
  readonly memoryLimit: Reading<string>;
}

export interface EffectivePod {
  readonly found: FoundPod;
  /** It is meant for Windows nodes: by `os`, by nodeSelector or by required node affinity. */
  readonly windows: boolean;
  /** `hostUsers: false` where Pod Security takes it into account. */
  readonly userNamespace: boolean;
  /** It is a patch: it has no containers, or one of them has no image. */
  readonly partial: boolean;
  /** What the pod itself writes. */
  readonly written: SharedFields;
  readonly automount: Reading<boolean>;
  readonly seccompAnnotations: readonly string[];
  /** Ephemeral containers are among them only in the kind Pod: a template cannot have any. */
  readonly containers: readonly EffectiveContainer[];
}

/** Reads every pod of a stream of decoded objects. Total: any value gives an answer. */
export function effectivePods(
  objects: readonly Plain[],
  settings: JudgeSettings = DEFAULT_JUDGE_SETTINGS,
): readonly EffectivePod[] {
  return findPods(objects).map((found) => readPod(found, objects, settings));
}

const ABSENT = { state: 'absent' } as const;
const UNKNOWN = { state: 'unknown' } as const;

function readPod(found: FoundPod, objects: readonly Plain[], settings: JudgeSettings): EffectivePod {
  const { spec } = found;
  const considered = findContainers(spec).filter(
    ({ list }) => list !== 'ephemeralContainers' || found.kind === 'Pod',
  );
  const partial =
    getList(spec, 'containers').length === 0 || considered.some(({ value }) => isPartial(value));
  const windows = isWindows(spec);
  const written = readShared(get(spec, 'securityContext'), 'pod');
  // In a patch, what the pod lacks may be written in the half that is not here.
  const inherited: SharedFields = {
    runAsUser: partial ? doubtAbsence(written.runAsUser) : written.runAsUser,
    runAsGroup: partial ? doubtAbsence(written.runAsGroup) : written.runAsGroup,
    runAsNonRoot: partial ? doubtAbsence(written.runAsNonRoot) : written.runAsNonRoot,
    seccompProfile: partial ? doubtAbsence(written.seccompProfile) : written.seccompProfile,
  };
  // Pod-level resources are on by default from 1.34, and never on Windows.
  const podResources = settings.kubernetesMinor >= 34 && !windows ? get(spec, 'resources') : undefined;
  return {
    found,
    windows,
    userNamespace: settings.kubernetesMinor >= 35 && get(spec, 'hostUsers') === false,
    partial,
    written,
    automount: readAutomount(found, objects, partial),
    seccompAnnotations: Object.keys(found.annotations).filter(
      (key) => found.annotations[key] !== null && isSeccompAnnotation(key),
    ),
    containers: considered.map(({ list, index, name, value }) => ({
      list,
      index,
      name,
      partial: isPartial(value),
      ...readContainerFields(value, inherited),
      ...readResources(list, value, podResources, partial),
    })),
  };
}

function isPartial(container: Plain): boolean {
  const image = get(container, 'image');
  return image === undefined || image === '';
}

function isSeccompAnnotation(key: string): boolean {
  return (
    key === 'seccomp.security.alpha.kubernetes.io/pod' ||
    key.startsWith('container.seccomp.security.alpha.kubernetes.io/')
  );
}

function isWindows(spec: PlainMap): boolean {
  const os = getString(getMap(spec, 'os'), 'name');
  if (os !== undefined) return os === 'windows';
  if (OS_LABELS.some((label) => getString(getMap(spec, 'nodeSelector'), label) === 'windows')) return true;
  const terms = getAt(spec, [
    'affinity',
    'nodeAffinity',
    'requiredDuringSchedulingIgnoredDuringExecution',
    'nodeSelectorTerms',
  ]);
  // The terms are alternatives: the pod is bound to Windows only when each of them is.
  return isList(terms) && terms.length > 0 && terms.every(asksForWindows);
}

const OS_LABELS = ['kubernetes.io/os', 'beta.kubernetes.io/os'];

function asksForWindows(term: Plain): boolean {
  return getList(term, 'matchExpressions').some((expression) => {
    const values = getList(expression, 'values');
    return (
      OS_LABELS.includes(getString(expression, 'key') ?? '') &&
      getString(expression, 'operator') === 'In' &&
      values.length > 0 &&
      values.every((value) => value === 'windows')
    );
  });
}

/** The pod's own word, then its ServiceAccount's where the same stream has it in the same namespace. */
function readAutomount(found: FoundPod, objects: readonly Plain[], partial: boolean): Reading<boolean> {
  const own = readBoolean(get(found.spec, 'automountServiceAccountToken'), 'pod');
  if (own.state !== 'absent') return own;
  const name =
    getString(found.spec, 'serviceAccountName') ?? getString(found.spec, 'serviceAccount') ?? 'default';
  const accounts = findObjects(objects).filter(
    (candidate) =>
      candidate.apiVersion === 'v1' &&
      candidate.kind === 'ServiceAccount' &&
      candidate.name === name &&
      candidate.namespace === found.owner.namespace,
  );
  const words = accounts.map(({ value }) =>
    readBoolean(get(value, 'automountServiceAccountToken'), 'serviceAccount'),
  );
  // Two accounts of one name are the work of two manifests: which one is in force is unknown where one of them denies.
  const denials = words.filter((word) => word.state === 'unknown' || (word.state === 'set' && !word.value));
  if (denials.length > 0) return denials.length === words.length ? (denials[0] ?? UNKNOWN) : UNKNOWN;
  if (partial) return UNKNOWN;
  return words.find(({ state }) => state === 'set') ?? ABSENT;
}

function readShared(context: Plain | undefined, origin: Origin): SharedFields {
  if (context !== undefined && !isMap(context)) {
    return { runAsUser: UNKNOWN, runAsGroup: UNKNOWN, runAsNonRoot: UNKNOWN, seccompProfile: UNKNOWN };
  }
  return {
    runAsUser: readId(get(context, 'runAsUser'), origin),
    runAsGroup: readId(get(context, 'runAsGroup'), origin),
    runAsNonRoot: readBoolean(get(context, 'runAsNonRoot'), origin),
    seccompProfile: readSeccomp(get(context, 'seccompProfile'), origin),
  };
}

function readContainerFields(container: Plain, inherited: SharedFields) {
  if (!isMap(container)) return UNREADABLE_CONTAINER;
  const partial = isPartial(container);
  const context = get(container, 'securityContext');
  const own = readShared(context, 'container');
  const doubt = <T>(reading: Reading<T>): Reading<T> => (partial ? doubtAbsence(reading) : reading);
  // A container that writes `seccompProfile: {}` replaces the pod's profile by one without a type.
  const emptyProfile = isMap(getAt(context, ['seccompProfile'])) && own.seccompProfile.state === 'absent';
  const shared: SharedFields = {
    runAsUser: doubt(override(own.runAsUser, inherited.runAsUser)),
    runAsGroup: doubt(override(own.runAsGroup, inherited.runAsGroup)),
    runAsNonRoot: doubt(override(own.runAsNonRoot, inherited.runAsNonRoot)),
    seccompProfile: doubt(emptyProfile ? ABSENT : override(own.seccompProfile, inherited.seccompProfile)),
  };
  if (context !== undefined && !isMap(context)) return { ...UNREADABLE_CONTAINER, ...shared };
  const capabilities = get(context, 'capabilities');
  const dropped = get(capabilities, 'drop');
  const readableCapabilities = capabilities === undefined || isMap(capabilities);
  return {
    ...shared,
    securityContext: doubt(
      context === undefined || Object.keys(context).length === 0 ? ABSENT : setBy('container', true),
    ),
    privileged: readPrivileged(get(context, 'privileged')),
    allowPrivilegeEscalation: doubt(readBoolean(get(context, 'allowPrivilegeEscalation'), 'container')),
    readOnlyRootFilesystem: doubt(readBoolean(get(context, 'readOnlyRootFilesystem'), 'container')),
    addedCapabilities: getList(capabilities, 'add').filter((name) => typeof name === 'string'),
    droppedCapabilities: readableCapabilities ? doubt(readNames(dropped)) : UNKNOWN,
  };
}

const UNREADABLE_CONTAINER = {
  runAsUser: UNKNOWN,
  runAsGroup: UNKNOWN,
  runAsNonRoot: UNKNOWN,
  seccompProfile: UNKNOWN,
  securityContext: UNKNOWN,
  privileged: UNKNOWN,
  allowPrivilegeEscalation: UNKNOWN,
  readOnlyRootFilesystem: UNKNOWN,
  addedCapabilities: [],
  droppedCapabilities: UNKNOWN,
};

function readResources(
  list: ContainerList,
  container: Plain,
  podResources: Plain | undefined,
  podPartial: boolean,
) {
  if (list === 'ephemeralContainers') {
    return { cpuRequest: ABSENT, memoryRequest: ABSENT, cpuLimit: ABSENT, memoryLimit: ABSENT };
  }
  const own = get(container, 'resources');
  const read = (side: 'requests' | 'limits', name: 'cpu' | 'memory'): Reading<string> => {
    const ownValue = isMap(container) ? readAmount(own, side, name, 'container') : UNKNOWN;
    const podValue = readAmount(podResources, side, name, 'pod');
    const chain =
      side === 'limits'
        ? override(ownValue, podValue)
        : // A missing request is the limit of the same level; the container's own words go before the pod's.
          override(
            override(ownValue, readAmount(own, 'limits', name, 'container')),
            requestOfPod(name, podValue),
          );
    return podPartial ? doubtAbsence(chain) : chain;
  };
  const requestOfPod = (name: 'cpu' | 'memory', request: Reading<string>): Reading<string> =>
    override(request, readAmount(podResources, 'limits', name, 'pod'));
  return {
    cpuRequest: read('requests', 'cpu'),
    memoryRequest: read('requests', 'memory'),
    cpuLimit: read('limits', 'cpu'),
    memoryLimit: read('limits', 'memory'),
  };
}

function readAmount(
  resources: Plain | undefined,
  side: string,
  name: string,
  origin: Origin,
): Reading<string> {
  if (resources !== undefined && !isMap(resources)) return UNKNOWN;
  const amounts = get(resources, side);
  if (amounts !== undefined && !isMap(amounts)) return UNKNOWN;
  const amount = get(amounts, name);
  if (amount === undefined) return ABSENT;
  return amountInBillionths(amount) === undefined ? UNKNOWN : setBy(origin, String(amount).trim());
}

function readBoolean(value: Plain | undefined, origin: Origin): Reading<boolean> {
  if (value === undefined) return ABSENT;
  return typeof value === 'boolean' ? setBy(origin, value) : UNKNOWN;
}

/** A quoted `false` is rejected, but nobody takes it for a privileged container. */
function readPrivileged(value: Plain | undefined): Reading<boolean> {
  const says = typeof value === 'string' ? value.toLowerCase() : '';
  return ['n', 'no', 'false', 'off'].includes(says)
    ? setBy('container', false)
    : readBoolean(value, 'container');
}

const LARGEST_ID = 2_147_483_647;

function readId(value: Plain | undefined, origin: Origin): Reading<number> {
  if (value === undefined) return ABSENT;
  const valid = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LARGEST_ID;
  return valid ? setBy(origin, value) : UNKNOWN;
}

function readSeccomp(value: Plain | undefined, origin: Origin): Reading<SeccompProfile> {
  if (value === undefined) return ABSENT;
  if (!isMap(value)) return UNKNOWN;
  const type = get(value, 'type');
  if (type === undefined || type === '') return ABSENT;
  if (type !== 'RuntimeDefault' && type !== 'Localhost' && type !== 'Unconfined') return UNKNOWN;
  return setBy(origin, { type, localhostProfile: getString(value, 'localhostProfile') });
}

function readNames(value: Plain | undefined): Reading<readonly string[]> {
  if (value === undefined) return ABSENT;
  if (!isList(value)) return UNKNOWN;
  const names = value.filter((name) => typeof name === 'string');
  if (names.length < value.filter((name) => name !== null).length) return UNKNOWN;
  return names.length === 0 ? ABSENT : setBy('container', names);
}

function setBy<T>(origin: Origin, value: T): Reading<T> {
  return { state: 'set', value, origin };
}

/** What the nearer level says; only its certain silence lets the farther one speak. */
function override<T>(nearer: Reading<T>, farther: Reading<T>): Reading<T> {
  return nearer.state === 'absent' ? farther : nearer;
}

function doubtAbsence<T>(reading: Reading<T>): Reading<T> {
  return reading.state === 'absent' ? UNKNOWN : reading;
}
