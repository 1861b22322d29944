/** What mends practice 2: no process gains more privileges than its parent. */
import type { ContainerView, PodView } from '../../kubernetes/workload.ts';
import type { Path } from '../../yaml/tree.ts';
import { SETUID_NOTE } from '../mayBreak.ts';
import type { Fix } from '../practice.ts';
import { recreationNote, securityContextPath } from '../subjects.ts';

export function removalOfPrivileged(pod: PodView, path: Path): Fix {
  return {
    title: 'Remove privileged',
    level: 'container',
    safety: 'review',
    why: `The container loses its rights over the node. What it needs of them has to be added as single capabilities.${recreationNote(pod)}`,
    ops: [{ op: 'remove', path, pruneEmpty: 1 }],
    onRequest: true,
  };
}

export function denial(pod: PodView, container: ContainerView, title: string): Fix {
  return {
    title,
    level: 'container',
    safety: 'review',
    why: `${SETUID_NOTE}${recreationNote(pod)}`,
    ops: [{ op: 'set', path: [...securityContextPath(container), 'allowPrivilegeEscalation'], value: false }],
  };
}

/** For a denial that the API server rejects beside something else. */
export function removalOfDenial(path: Path, beside: string): Fix {
  return {
    title: 'Remove allowPrivilegeEscalation: false',
    level: 'container',
    safety: 'safe',
    why: `The API server rejects allowPrivilegeEscalation: false beside ${beside}. Without it the container is as unprotected as ${beside} makes it, but valid.`,
    ops: [{ op: 'remove', path }],
  };
}

export function removalOfSysAdmin(pod: PodView, path: Path, added: string): Fix {
  return {
    title: `Remove the capability ${added}`,
    level: 'container',
    safety: 'review',
    why: `SYS_ADMIN${added === 'SYS_ADMIN' ? '' : `, which ${added} includes,`} stands for mounting file systems and much else; a program that uses it stops working.${recreationNote(pod)}`,
    ops: [{ op: 'remove', path, pruneEmpty: 1 }],
    onRequest: true,
  };
}
