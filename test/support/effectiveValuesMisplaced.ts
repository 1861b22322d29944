/** Finds governed fields where Kubernetes does not look for them, and which absences such a field already explains. */

import type { EffectiveContainer, EffectivePod } from './effectiveValues.ts';
import { WORKLOAD_KINDS } from './effectiveValuesPods.ts';
import { get, getAt, getList, type Plain, type PlainPath, pathText, writtenKeys } from './goYamlPlain.ts';

export interface MisplacedField {
  /** The container that the field stands in; null for the pod and for what encloses it. */
  readonly container: EffectiveContainer | null;
  /** The field's path from the document's root, as text. */
  readonly subject: string;
  /** The governed fields that the misplaced value would set, were it where it belongs. */
  readonly fields: readonly string[];
}

/** Source: SecurityContext and PodSecurityContext in kubernetes/api core/v1/types.go. */
const SHARED_FIELDS = [
  'runAsUser',
  'runAsGroup',
  'runAsNonRoot',
  'seccompProfile',
  'appArmorProfile',
  'seLinuxOptions',
  'windowsOptions',
];
const CONTAINER_ONLY_FIELDS = [
  'capabilities',
  'privileged',
  'readOnlyRootFilesystem',
  'allowPrivilegeEscalation',
  'procMount',
];
const POD_ONLY_FIELDS = [
  'fsGroup',
  'fsGroupChangePolicy',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'sysctls',
  'seLinuxChangePolicy',
];
/** Fields of the PodSpec itself that people write into a security context or a container. */
const POD_SPEC_FIELDS = ['automountServiceAccountToken', 'hostUsers'];

const BARE_IN_POD_SPEC = new Set([...SHARED_FIELDS, ...CONTAINER_ONLY_FIELDS, ...POD_ONLY_FIELDS]);
const WRONG_IN_POD_CONTEXT = new Set([...CONTAINER_ONLY_FIELDS, ...POD_SPEC_FIELDS, 'resources']);
const BARE_IN_CONTAINER = new Set([...BARE_IN_POD_SPEC, ...POD_SPEC_FIELDS]);
const WRONG_IN_CONTAINER_CONTEXT = new Set([...POD_ONLY_FIELDS, ...POD_SPEC_FIELDS, 'resources']);
/** On what encloses a PodSpec: the object, its spec, a template. */
const WRONG_ABOVE_POD_SPEC = new Set(['securityContext', 'automountServiceAccountToken']);

/** Nobody wants it where it would have an effect, so it is no reason for a context there. */
function isDropped(key: string, value: Plain | undefined): boolean {
  return key === 'privileged' && value === true;
}

function amountsIn(resources: Plain | undefined): readonly string[] {
  return ['cpu', 'memory'].flatMap((name) => {
    const limit = get(get(resources, 'limits'), name) !== undefined;
    const request = get(get(resources, 'requests'), name) !== undefined;
    // A limit is its own request.
    return [
      ...(limit ? [`limits.${name}`, `requests.${name}`] : []),
      ...(request ? [`requests.${name}`] : []),
    ];
  });
}

/** The misplaced fields of a pod. A null has no effect anywhere, so it is nowhere misplaced. */
export function misplacedFields(pod: EffectivePod): readonly MisplacedField[] {
  const found: MisplacedField[] = [];
  const { spec, specPath, owner, kind } = pod.found;

  function look(
    holder: Plain | undefined,
    path: PlainPath,
    wrong: ReadonlySet<string>,
    container: EffectiveContainer | null,
  ) {
    for (const key of writtenKeys(holder)) {
      if (!wrong.has(key)) continue;
      const value = get(holder, key);
      // A whole context that is misplaced speaks for every field in it, and resources for the amounts in them.
      const fields =
        key === 'securityContext'
          ? writtenKeys(value).filter((name) => !isDropped(name, get(value, name)))
          : key === 'resources'
            ? amountsIn(value)
            : isDropped(key, value)
              ? []
              : [key];
      found.push({ container, subject: pathText([...path, key]), fields });
    }
  }

  const steps = [...WORKLOAD_KINDS[kind].pod, 'spec'];
  for (let depth = 0; depth < steps.length; depth++) {
    const above = steps.slice(0, depth);
    look(getAt(owner.value, above), [...owner.path, ...above], WRONG_ABOVE_POD_SPEC, null);
  }
  look(spec, specPath, BARE_IN_POD_SPEC, null);
  look(get(spec, 'securityContext'), [...specPath, 'securityContext'], WRONG_IN_POD_CONTEXT, null);
  for (const container of pod.containers) {
    const path = [...specPath, container.list, container.index];
    const value = getList(spec, container.list)[container.index];
    look(value, path, BARE_IN_CONTAINER, container);
    look(get(value, 'securityContext'), [...path, 'securityContext'], WRONG_IN_CONTAINER_CONTEXT, container);
  }
  return found;
}

/**
 * Whether the absence of a field in a container (null: in the pod) is already spoken for by a misplaced field. On
 * Windows nothing is told of misplaced fields, so nothing is silenced.
 */
export function silencedByMisplacement(
  pod: EffectivePod,
): (container: EffectiveContainer | null, field: string) => boolean {
  const misplaced = pod.windows ? [] : misplacedFields(pod);
  return (container, field) =>
    misplaced.some((one) => {
      const reaches = one.container === null || container === null || one.container === container;
      if (!reaches) return false;
      if (field !== 'securityContext') return one.fields.includes(field);
      // Moving the field would give the container the context that it lacks.
      const belongsToContainers = one.fields.some((name) => CONTAINER_ONLY_FIELDS.includes(name));
      const inThisContainer =
        one.container !== null && one.fields.some((name) => SHARED_FIELDS.includes(name));
      return belongsToContainers || inThisContainer;
    });
}
