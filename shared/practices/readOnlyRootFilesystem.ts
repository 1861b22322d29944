/** Practice 8: the container's root filesystem is read-only. */
import { child, isAbsent, itemsOf, knownReadings, mayHoldMore, textOf } from '../kubernetes/slots.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import type { YamlOp } from '../yaml/operation.ts';
import type { Fix, Practice, PracticeSettings, Violation } from './practice.ts';
import {
  isComplete,
  judgedContainers,
  linuxContainers,
  nameOf,
  recreationNote,
  securityContextPath,
  whereClause,
} from './subjects.ts';

const WRITE_NOTE =
  'Whatever the program writes outside its volumes fails: caches, pid files, logs; mount an emptyDir at each place that it writes to.';

export const readOnlyRootFilesystem: Practice = {
  id: 'read-only-root-filesystem',
  title: 'Writable root filesystem',
  summary: 'A container that can change its own program files.',
  rationale:
    'With `readOnlyRootFilesystem: true` an intruder can neither change the program nor leave tools behind. What the program itself writes goes to volumes, where it can be seen.',
  mayBreak: WRITE_NOTE,
  settings: ['fix.tmpVolume'],
  standards: [{ name: 'NSA/CISA Hardening Guide', item: 'Immutable container file systems' }],
  peers: [
    { tool: 'Checkov', ids: ['CKV_K8S_22'] },
    { tool: 'Trivy', ids: ['KSV-0014'] },
    { tool: 'Kubescape', ids: ['C-0017'] },
    { tool: 'KubeLinter', ids: ['no-read-only-root-fs'] },
    { tool: 'kube-score', ids: ['container-security-context-readonlyrootfilesystem'] },
    { tool: 'Polaris', ids: ['notReadOnlyRootFilesystem'] },
    { tool: 'Monokle', ids: ['KBP102', 'kbp.no-writable-fs'] },
  ],
  fields: [
    {
      path: ['securityContext', 'readOnlyRootFilesystem'],
      levels: ['container'],
      type: 'boolean',
      description: "Whether the container's root filesystem is read-only.",
      values: [true, false],
      whenAbsent: 'The root filesystem is writable.',
      mayBreak: WRITE_NOTE,
      since: 'before 1.8',
    },
  ],
  checks: [
    {
      id: 'writable',
      severity: 'warning',
      summary: '`readOnlyRootFilesystem` is not true.',
      fixable: 'always',
      aboutAbsence: true,
    },
  ],
  examples: [
    {
      title: 'Make the root filesystem read-only',
      bad: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: example.com/web:1.4
      securityContext:
        allowPrivilegeEscalation: false
`,
      good: `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
    - name: web
      image: example.com/web:1.4
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
      volumeMounts:
        - name: tmp
          mountPath: /tmp
  volumes:
    - name: tmp
      emptyDir: {}
`,
    },
  ],
  *check(pod, settings): Iterable<Violation> {
    for (const container of linuxContainers(pod)) {
      const field = container.readOnlyRootFilesystem;
      const fixes = field.readings.length === 1 ? [readOnlyFix(pod, container, settings)] : [];
      for (const reading of knownReadings(field)) {
        if (reading.value) continue;
        yield {
          check: 'writable',
          at: reading.span,
          container,
          message: `${nameOf(container)} has a writable root filesystem${whereClause(reading)}; set readOnlyRootFilesystem to true.`,
          fixes,
        };
      }
      if (isAbsent(field) && isComplete(container)) {
        yield {
          check: 'writable',
          at: field.anchor,
          container,
          lacks: 'readOnlyRootFilesystem',
          message: `${nameOf(container)} has a writable root filesystem; set readOnlyRootFilesystem to true.`,
          fixes,
        };
      }
    }
  },
};

function readOnlyFix(pod: PodView, container: ContainerView, settings: PracticeSettings): Fix {
  const consequences = settings.fix.tmpVolume ? writableTmp(pod, container) : [];
  return {
    title:
      consequences.length > 0
        ? 'Set readOnlyRootFilesystem: true, with an emptyDir at /tmp'
        : 'Set readOnlyRootFilesystem: true',
    level: 'container',
    safety: 'review',
    why: `${WRITE_NOTE}${recreationNote(pod)}`,
    ops: [{ op: 'set', path: [...securityContextPath(container), 'readOnlyRootFilesystem'], value: true }],
    ...(consequences.length > 0 ? { consequences } : {}),
  };
}

/**
 * An emptyDir at `/tmp`, where most programs that write at all write. Nothing where something is mounted there, where the mounts or
 * volumes are not all shown, and in ephemeral containers, whose pod's volumes cannot change.
 */
export function writableTmp(pod: PodView, container: ContainerView): readonly YamlOp[] {
  if (container.list === 'ephemeralContainers' || !pod.accepts.volumes) return [];
  const mounts = child(container.slot, 'volumeMounts');
  if (mayHoldMore(mounts) || mayHoldMore(pod.volumes)) return [];
  for (const mount of itemsOf(mounts)) {
    const path = textOf(child(mount, 'mountPath'));
    if (path === undefined || path.replace(/\/+$/, '') === '/tmp') return [];
  }
  const names = new Set<string>();
  for (const volume of itemsOf(pod.volumes)) {
    const name = textOf(child(volume, 'name'));
    if (name === undefined) return [];
    names.add(name);
  }
  const name = freeName(preferredName(pod, container), names);
  return [
    {
      op: 'ensureItem',
      path: [...container.path, 'volumeMounts'],
      item: { name, mountPath: '/tmp' },
      key: 'mountPath',
    },
    { op: 'ensureItem', path: pod.volumes.path, item: { name, emptyDir: {} }, key: 'name' },
  ];
}

/** A container of its own gets a `/tmp` of its own: programs that share one can trip over each other's files. */
function preferredName(pod: PodView, container: ContainerView): string {
  if (judgedContainers(pod).length === 1) return 'tmp';
  const name =
    container.name ?? `${container.list === 'initContainers' ? 'init' : 'container'}-${container.index + 1}`;
  return `tmp-${name}`.slice(0, MAX_VOLUME_NAME).replace(/-+$/, '');
}

/** A volume's name is a DNS label. */
const MAX_VOLUME_NAME = 63;

/** The name, or the name with the first number that makes it free. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let number = 2; ; number++) {
    const suffix = `-${number}`;
    const candidate = `${name.slice(0, MAX_VOLUME_NAME - suffix.length)}${suffix}`;
    if (!taken.has(candidate)) return candidate;
  }
}
