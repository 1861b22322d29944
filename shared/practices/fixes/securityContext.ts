/** What mends practice 1: every container has a security context of its own. */
import { isAbsent } from '../../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../../kubernetes/workload.ts';
import type { YamlValue } from '../../yaml/operation.ts';
import { lackingCapabilities, needsRoot, wantedId } from '../imageNeeds.ts';
import { BREAK_NOTE } from '../mayBreak.ts';
import type { Fix, PracticeSettings } from '../practice.ts';
import { recreationNote, securityContextPath } from '../subjects.ts';
import { emptyVolumes, needsVolumes, writableRootReason } from './imageNeeds.ts';
import { leavingRoot, mayRunAsRoot } from './rootUser.ts';

/** What only a container can say, and what it does not inherit already. */
export function hardenedContext(pod: PodView, container: ContainerView, settings: PracticeSettings): Fix {
  const { toAdd, missing } = lackingCapabilities(container, settings);
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
