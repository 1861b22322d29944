/** Practice 1: every container has a security context of its own. */
import { invalidFields } from '../kubernetes/invalidFields.ts';
import { misplacedFields } from '../kubernetes/misplaced.ts';
import { isAbsent, isCertainlyAbsent, mappingIn } from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import type { YamlValue } from '../yaml/operation.ts';
import {
  capabilityNeed,
  emptyVolumes,
  needsRoot,
  needsVolumes,
  wantedId,
  writableRootReason,
} from './imageNeeds.ts';
import { BREAK_NOTE } from './mayBreak.ts';
import type { Fix, Practice, PracticeSettings } from './practice.ts';
import { leavingRoot, mayRunAsRoot } from './rootUser.ts';
import { invalid } from './securityContextInvalid.ts';
import { misplaced } from './securityContextMisplaced.ts';
import { isComplete, linuxContainers, nameOf, recreationNote, securityContextPath } from './subjects.ts';

export const securityContext: Practice = {
  id: 'security-context',
  checks: [
    { id: 'missing', severity: 'warning', aboutAbsence: true },
    { id: 'misplaced', severity: 'warning', aboutAbsence: false },
    { id: 'invalid', severity: 'error', aboutAbsence: false },
  ],
  check(pod, settings, report) {
    for (const container of linuxContainers(pod)) {
      if (!isComplete(container) || !isEmpty(container)) continue;
      report({
        check: 'missing',
        at: container.securityContext.anchor,
        container,
        lacks: 'securityContext',
        message: `${nameOf(container)} has no security context, and what only a container can set is left at its weakest; add one.`,
        fixes: () => [hardenedContext(pod, container, settings)],
      });
    }
    if (pod.os !== 'linux') return;
    // Most pods have none of either, and then their words are not needed.
    if (misplacedFields(pod).length > 0) misplaced(pod, settings, report);
    if (invalidFields(pod).length > 0) invalid(pod, settings, report);
  },
};

function isEmpty(container: ContainerView): boolean {
  if (container.base !== undefined && !isCertainlyAbsent(container.base.securityContext)) return false;
  if (isCertainlyAbsent(container.securityContext)) return true;
  const mapping = mappingIn(container.securityContext);
  return mapping !== undefined && mapping.entries.length === 0 && mapping.open === undefined;
}

/** What only a container can say, and what it does not inherit already. */
function hardenedContext(pod: PodView, container: ContainerView, settings: PracticeSettings): Fix {
  const { toAdd, missing } = capabilityNeed(container, settings);
  const staysWritable = writableRootReason(pod, container, settings) !== undefined;
  const staysRoot = needsRoot(pod, container, settings);
  const value: Record<string, YamlValue> = {
    allowPrivilegeEscalation: false,
    ...(missing.length > 0
      ? {}
      : { capabilities: { drop: ['ALL'], ...(toAdd.length > 0 ? { add: toAdd } : {}) } }),
    ...(staysWritable ? {} : { readOnlyRootFilesystem: true }),
  };
  const { runAsUser, runAsGroup, runAsNonRoot, seccompType } = container.effective;
  // A pod that says root by name is told so on its own line; here only what is said nowhere is added.
  if (isAbsent(runAsNonRoot) && !mayRunAsRoot(container) && !staysRoot) value.runAsNonRoot = true;
  const writesIds = settings.platform !== 'openshift' && !staysRoot;
  if (isAbsent(runAsUser) && writesIds)
    addId(value, 'runAsUser', wantedId(pod, container, 'runAsUser', settings));
  if (isAbsent(runAsGroup) && writesIds)
    addId(value, 'runAsGroup', wantedId(pod, container, 'runAsGroup', settings));
  if (isAbsent(seccompType)) value.seccompProfile = { type: 'RuntimeDefault' };
  const consequences = [
    ...(staysWritable ? [] : emptyVolumes(pod, container, settings).flatMap(({ ops }) => ops)),
    ...(value.runAsUser === undefined ? [] : leavingRoot(pod, container, settings)),
  ];
  return {
    title: 'Add a hardened securityContext',
    level: 'container',
    safety: 'review',
    why: `${BREAK_NOTE}${recreationNote(pod)}`,
    ops: [{ op: 'set', path: securityContextPath(container), value }],
    ...(consequences.length > 0 ? { consequences } : {}),
    ...(!staysWritable && needsVolumes(pod, container, settings) ? { needsVolumes: true } : {}),
  };
}

/** Null is the id of an image whose files belong to root's group: none is written. */
function addId(value: Record<string, YamlValue>, key: 'runAsUser' | 'runAsGroup', id: number | null): void {
  if (id !== null) value[key] = id;
}
