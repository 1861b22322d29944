/** What mends practice 8: the container's root filesystem is read-only. */
import type { ContainerView, PodView } from '../../kubernetes/workload.ts';
import { WRITE_NOTE } from '../mayBreak.ts';
import type { Fix, PracticeSettings } from '../practice.ts';
import { recreationNote, securityContextPath } from '../subjects.ts';
import { emptyVolumes, needsVolumes, writableRootReason, writesWords } from './imageNeeds.ts';

/** One fix; where the image needs a writable root, the reason said in a comment, and the field for a person to ask for. */
export function readOnlyFixes(
  pod: PodView,
  container: ContainerView,
  settings: PracticeSettings,
): readonly Fix[] {
  const volumes = emptyVolumes(pod, container, settings);
  const places = volumes.map(({ path }) => path);
  const last = places.at(-1) ?? '';
  const placeWords =
    places.length > 1
      ? `emptyDirs at ${places.slice(0, -1).join(', ')} and ${last}`
      : `an emptyDir at ${last}`;
  const reason = writableRootReason(pod, container, settings);
  const words = `${writesWords(pod, container, settings)}${recreationNote(pod)}`;
  const fix: Fix = {
    title:
      places.length > 0
        ? `Set readOnlyRootFilesystem: true, with ${placeWords}`
        : 'Set readOnlyRootFilesystem: true',
    level: 'container',
    safety: 'review',
    why: `${WRITE_NOTE}${words}`,
    ops: [{ op: 'set', path: [...securityContextPath(container), 'readOnlyRootFilesystem'], value: true }],
    ...(volumes.length > 0 ? { consequences: volumes.flatMap(({ ops }) => ops) } : {}),
    ...(needsVolumes(pod, container, settings) ? { needsVolumes: true } : {}),
  };
  if (reason === undefined) return [fix];
  const { comment, why } = reason;
  const leave: Fix = {
    title: 'Leave the root filesystem writable, and say why',
    level: 'container',
    safety: 'review',
    why,
    ops: [],
    leaves: { reason: comment },
  };
  return [leave, { ...fix, why: `${why} ${fix.why}`, onRequest: true }];
}
