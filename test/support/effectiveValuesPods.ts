/** Finds the pods and the service accounts in decoded objects of the built-in kinds; the first step of every judge. */

import {
  get,
  getAt,
  getList,
  getMap,
  getString,
  isMap,
  type Plain,
  type PlainMap,
  type PlainPath,
} from './goYamlPlain.ts';

export type WorkloadKind =
  | 'Pod'
  | 'PodTemplate'
  | 'ReplicationController'
  | 'Deployment'
  | 'ReplicaSet'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'Job'
  | 'CronJob';

/** Where a kind keeps its pod, and the API versions that have or had the kind. */
interface KindRow {
  readonly apiVersions: readonly string[];
  /** From the object to what holds the pod's `metadata` and `spec`. */
  readonly pod: readonly string[];
}

const TEMPLATE = ['spec', 'template'];

/** Source: the prerelease-lifecycle files of kubernetes/api, and the nine kinds that Pod Security admission reads. */
export const WORKLOAD_KINDS: Readonly<Record<WorkloadKind, KindRow>> = {
  Pod: { apiVersions: ['v1'], pod: [] },
  PodTemplate: { apiVersions: ['v1'], pod: ['template'] },
  ReplicationController: { apiVersions: ['v1'], pod: TEMPLATE },
  Deployment: {
    apiVersions: ['apps/v1', 'apps/v1beta2', 'apps/v1beta1', 'extensions/v1beta1'],
    pod: TEMPLATE,
  },
  ReplicaSet: { apiVersions: ['apps/v1', 'apps/v1beta2', 'extensions/v1beta1'], pod: TEMPLATE },
  StatefulSet: { apiVersions: ['apps/v1', 'apps/v1beta2', 'apps/v1beta1'], pod: TEMPLATE },
  DaemonSet: { apiVersions: ['apps/v1', 'apps/v1beta2', 'extensions/v1beta1'], pod: TEMPLATE },
  Job: { apiVersions: ['batch/v1'], pod: TEMPLATE },
  CronJob: {
    apiVersions: ['batch/v1', 'batch/v1beta1', 'batch/v2alpha1'],
    pod: ['spec', 'jobTemplate', 'spec', 'template'],
  },
};

/** One object of the stream, or one item of a list in it. */
export interface FoundObject {
  /** Index into the objects of the stream. */
  readonly object: number;
  /** From the document's root to this object: empty, or `items[n]`. */
  readonly path: PlainPath;
  readonly apiVersion: string;
  readonly kind: string;
  readonly value: PlainMap;
  readonly name: string | undefined;
  readonly namespace: string | undefined;
}

export interface FoundPod {
  readonly owner: FoundObject;
  readonly kind: WorkloadKind;
  /** From the document's root to the mapping that holds the pod's `metadata` and `spec`. */
  readonly path: PlainPath;
  readonly annotations: PlainMap;
  readonly spec: PlainMap;
  /** From the document's root to the PodSpec. */
  readonly specPath: PlainPath;
}

/** Every object of the stream, those inside `List` and typed lists among them, in the order of the text. */
export function findObjects(objects: readonly Plain[]): readonly FoundObject[] {
  return objects.flatMap((value, object) =>
    unfold(value, { object, path: [], apiVersion: undefined, kind: undefined }),
  );
}

/** Every pod and pod template of a built-in kind; an object whose PodSpec is no mapping has none. */
export function findPods(objects: readonly Plain[]): readonly FoundPod[] {
  const pods: FoundPod[] = [];
  for (const owner of findObjects(objects)) {
    if (!isWorkloadKind(owner.kind)) continue;
    const row = WORKLOAD_KINDS[owner.kind];
    if (!row.apiVersions.includes(owner.apiVersion)) continue;
    const holder = getAt(owner.value, row.pod);
    const spec = getMap(holder, 'spec');
    if (spec === undefined) continue;
    const path = [...owner.path, ...row.pod];
    const annotations = getMap(get(holder, 'metadata'), 'annotations') ?? {};
    pods.push({ owner, kind: owner.kind, path, annotations, spec, specPath: [...path, 'spec'] });
  }
  return pods;
}

export function isWorkloadKind(kind: string): kind is WorkloadKind {
  return Object.hasOwn(WORKLOAD_KINDS, kind);
}

interface Place {
  readonly object: number;
  readonly path: PlainPath;
  /** What a typed list says of its items; undefined where the object speaks for itself. */
  readonly apiVersion: string | undefined;
  readonly kind: string | undefined;
}

function unfold(value: Plain, place: Place): readonly FoundObject[] {
  if (!isMap(value)) return [];
  const apiVersion = place.apiVersion ?? getString(value, 'apiVersion');
  const kind = place.kind ?? getString(value, 'kind');
  if (apiVersion === undefined || kind === undefined) return [];
  if (kind.endsWith('List')) {
    // The items of `v1 List` are whole objects; those of a typed list are of its kind, whatever they say.
    const itemType =
      kind === 'List'
        ? { apiVersion: undefined, kind: undefined }
        : { apiVersion, kind: kind.slice(0, -'List'.length) };
    return getList(value, 'items').flatMap((item, index) =>
      unfold(item, { object: place.object, path: [...place.path, 'items', index], ...itemType }),
    );
  }
  const metadata = getMap(value, 'metadata');
  const names = { name: getString(metadata, 'name'), namespace: getString(metadata, 'namespace') };
  return [{ object: place.object, path: place.path, apiVersion, kind, value, ...names }];
}

/** Which of the pod's lists a container stands in. */
export type ContainerList = 'initContainers' | 'containers' | 'ephemeralContainers';

export interface FoundContainer {
  readonly list: ContainerList;
  readonly index: number;
  readonly name: string | undefined;
  readonly value: Plain;
}

/** The containers in the order in which Pod Security admission visits them. */
export function findContainers(spec: PlainMap): readonly FoundContainer[] {
  const lists: readonly ContainerList[] = ['initContainers', 'containers', 'ephemeralContainers'];
  return lists.flatMap((list) =>
    getList(spec, list).map((value, index) => ({ list, index, name: getString(value, 'name'), value })),
  );
}
