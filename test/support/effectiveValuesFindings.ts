/** The findings that follow from effective values: an independent list to hold the analysis against. */

import {
  DEFAULT_JUDGE_SETTINGS,
  type EffectiveContainer,
  type EffectivePod,
  effectivePods,
  type JudgeSettings,
  type Reading,
} from './effectiveValues.ts';
import { invalidFields, invalidResources } from './effectiveValuesInvalid.ts';
import { misplacedFields, silencedByMisplacement } from './effectiveValuesMisplaced.ts';
import type { ContainerList } from './effectiveValuesPods.ts';
import type { DuplicateKey } from './goYaml.ts';
import { get, getAt, getList, type Plain, pathText } from './goYamlPlain.ts';

/** Every check of the eight practices. */
export type ExpectedCheck =
  | 'security-context/missing'
  | 'security-context/misplaced'
  | 'security-context/invalid'
  | 'privilege-escalation/allowed'
  | 'privilege-escalation/not-denied'
  | 'privilege-escalation/privileged'
  | 'privilege-escalation/ineffective'
  | 'privilege-escalation/undermined'
  | 'root-user/root'
  | 'root-user/unset'
  | 'root-user/unpinned'
  | 'root-user/low-uid'
  | 'root-user/root-group'
  | 'root-user/group-unset'
  | 'root-user/low-gid'
  | 'resources/cpu-request'
  | 'resources/memory-request'
  | 'resources/cpu-limit'
  | 'resources/memory-limit'
  | 'resources/invalid'
  | 'service-account-token/mounted'
  | 'seccomp/missing'
  | 'seccomp/unconfined'
  | 'seccomp/annotation'
  | 'capabilities/not-dropped'
  | 'capabilities/added'
  | 'capabilities/forbidden'
  | 'capabilities/non-root-unset'
  | 'capabilities/non-root-false'
  | 'capabilities/non-root-conflict'
  | 'read-only-root-filesystem/writable';

/** The container of a finding, by its place: names can be missing or repeated. */
export interface ContainerPlace {
  readonly list: ContainerList;
  readonly index: number;
  readonly name: string | undefined;
}

export interface ExpectedFinding {
  readonly check: ExpectedCheck;
  /** Index into the objects of the stream. */
  readonly object: number;
  /** From the document's root to the PodSpec, as `spec.template.spec` or `items[0].spec`. */
  readonly pod: string;
  /** Null for a finding about the pod, or about a value written at pod level. */
  readonly container: ContainerPlace | null;
  /** What tells several findings of one check apart: a capability, an annotation's key, a field; else undefined. */
  readonly subject: string | undefined;
}

export interface ExpectedOptions extends JudgeSettings {
  /** Keys written twice, which decoded objects no longer show. */
  readonly duplicateKeys: readonly DuplicateKey[];
}

/** The findings of every pod of a stream, in the order of the pods and, within a pod, of no meaning. */
export function expectedFindings(
  objects: readonly Plain[],
  options: Partial<ExpectedOptions> = {},
): readonly ExpectedFinding[] {
  const settings = { ...DEFAULT_JUDGE_SETTINGS, ...options };
  return effectivePods(objects, settings).flatMap((pod) =>
    findingsOfPod(pod, settings, options.duplicateKeys ?? []),
  );
}

/** One line that two findings share exactly when they are the same; for sorting, comparing and messages. */
export function findingText(finding: ExpectedFinding): string {
  const { container, subject } = finding;
  const place = container === null ? 'pod' : `${container.list}[${container.index}]`;
  const end = subject === undefined ? '' : ` (${subject})`;
  return `${finding.object} ${finding.pod} ${place} ${finding.check}${end}`;
}

/** The capabilities that Pod Security baseline lets a container add. */
const BASELINE_CAPABILITIES = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
]);

const POD_ANNOTATION = 'seccomp.security.alpha.kubernetes.io/pod';
const CONTAINER_ANNOTATION = 'container.seccomp.security.alpha.kubernetes.io/';

function findingsOfPod(
  pod: EffectivePod,
  settings: JudgeSettings,
  duplicateKeys: readonly DuplicateKey[],
): readonly ExpectedFinding[] {
  const { owner, specPath } = pod.found;
  const findings: ExpectedFinding[] = [];
  const silenced = silencedByMisplacement(pod);
  const annotationsCount = settings.kubernetesMinor < 27;

  function report(check: ExpectedCheck, container: EffectiveContainer | null, subject?: string): void {
    const place = container && { list: container.list, index: container.index, name: container.name };
    findings.push({ check, object: owner.object, pod: pathText(specPath), container: place, subject });
  }

  /** Absence is certain, and no misplaced field speaks for it already. */
  function lacks(container: EffectiveContainer, field: string, reading: Reading<unknown>): boolean {
    return reading.state === 'absent' && !silenced(container, field);
  }

  judgeResources();
  judgeToken();
  judgeNonRoot();
  if (!pod.windows) {
    judgeContexts();
    judgeEscalation();
    judgeUser();
    judgeGroup();
    judgeSeccomp();
    judgeCapabilities();
    judgeRootFilesystem();
    for (const { container, subject } of misplacedFields(pod))
      report('security-context/misplaced', container, subject);
    for (const { container, subject } of invalidFields(pod, duplicateKeys)) {
      report('security-context/invalid', container, subject);
    }
  }
  for (const { container, subject } of invalidResources(pod, duplicateKeys)) {
    report('resources/invalid', container, subject);
  }
  return findings;

  function judgeContexts(): void {
    for (const container of pod.containers) {
      if (lacks(container, 'securityContext', container.securityContext))
        report('security-context/missing', container);
    }
  }

  function judgeEscalation(): void {
    for (const container of pod.containers) {
      const { allowPrivilegeEscalation: escalation, addedCapabilities: added } = container;
      const privileged = isSet(container.privileged, true);
      if (privileged) report('privilege-escalation/privileged', container);
      if (isSet(escalation, true)) report('privilege-escalation/allowed', container);
      if (isSet(escalation, false)) {
        if (privileged || added.includes('CAP_SYS_ADMIN'))
          report('privilege-escalation/ineffective', container);
        // Adding ALL adds SYS_ADMIN with it; runtimes read ALL in any case of letters.
        else if (added.some((name) => name === 'SYS_ADMIN' || name.toUpperCase() === 'ALL')) {
          report('privilege-escalation/undermined', container);
        }
      }
      if (!isPrivilegedOrUnclear(container) && lacks(container, 'allowPrivilegeEscalation', escalation)) {
        report('privilege-escalation/not-denied', container);
      }
    }
  }

  function judgeUser(): void {
    const { runAsUser: written } = pod.written;
    if (!pod.userNamespace && isSet(written, 0)) report('root-user/root', null);
    const inheritors = pod.containers.filter(({ runAsUser }) => cameFrom(runAsUser, 'pod'));
    if (isBetween(written, 1, settings.minimumUid) && inheritors.length > 0)
      report('root-user/low-uid', null);
    for (const container of pod.containers) {
      const { runAsUser, runAsNonRoot } = container;
      if (cameFrom(runAsUser, 'container')) {
        if (!pod.userNamespace && isSet(runAsUser, 0)) report('root-user/root', container);
        if (isBetween(runAsUser, 1, settings.minimumUid)) report('root-user/low-uid', container);
      }
      if (!lacks(container, 'runAsUser', runAsUser)) continue;
      if (isSet(runAsNonRoot, true)) report('root-user/unpinned', container);
      // An unreadable runAsNonRoot may forbid root; a false or missing one does not.
      else if (runAsNonRoot.state !== 'unknown' && !pod.userNamespace) report('root-user/unset', container);
    }
  }

  function judgeGroup(): void {
    const { runAsGroup: written } = pod.written;
    if (isSet(written, 0)) report('root-user/root-group', null);
    const inheritors = pod.containers.filter(({ runAsGroup }) => cameFrom(runAsGroup, 'pod'));
    if (isBetween(written, 1, settings.minimumGid) && inheritors.length > 0)
      report('root-user/low-gid', null);
    for (const container of pod.containers) {
      const { runAsGroup } = container;
      if (cameFrom(runAsGroup, 'container')) {
        if (isSet(runAsGroup, 0)) report('root-user/root-group', container);
        if (isBetween(runAsGroup, 1, settings.minimumGid)) report('root-user/low-gid', container);
      }
      if (lacks(container, 'runAsGroup', runAsGroup)) report('root-user/group-unset', container);
    }
  }

  function judgeResources(): void {
    for (const container of pod.containers) {
      if (container.list === 'ephemeralContainers') continue;
      if (lacks(container, 'requests.cpu', container.cpuRequest)) report('resources/cpu-request', container);
      if (lacks(container, 'requests.memory', container.memoryRequest))
        report('resources/memory-request', container);
      if (lacks(container, 'limits.cpu', container.cpuLimit)) report('resources/cpu-limit', container);
      if (lacks(container, 'limits.memory', container.memoryLimit))
        report('resources/memory-limit', container);
    }
  }

  function judgeToken(): void {
    const { automount } = pod;
    const mounted =
      automount.state === 'absent' ||
      (isSet(automount, true) && (cameFrom(automount, 'pod') || !pod.partial));
    if (!mounted) return;
    // A written `true` is no absence: a misplaced `false` does not excuse it.
    if (cameFrom(automount, 'pod') || !silenced(null, 'automountServiceAccountToken')) {
      report('service-account-token/mounted', null);
    }
  }

  function judgeSeccomp(): void {
    if (isUnconfined(pod.written.seccompProfile)) report('seccomp/unconfined', null);
    if (!annotationsCount) for (const key of pod.seccompAnnotations) report('seccomp/annotation', null, key);
    if (isUnconfinedByAnnotation(POD_ANNOTATION, pod.found.spec)) report('seccomp/unconfined', null);
    for (const container of pod.containers) {
      // A privileged container runs unconfined whatever the field says.
      if (isSet(container.privileged, true)) continue;
      const { seccompProfile } = container;
      if (cameFrom(seccompProfile, 'container') && isUnconfined(seccompProfile)) {
        report('seccomp/unconfined', container);
      }
      const value = getList(pod.found.spec, container.list)[container.index];
      const isNamesake = pod.containers.find(({ name }) => name === container.name) !== container;
      if (!isNamesake && isUnconfinedByAnnotation(`${CONTAINER_ANNOTATION}${container.name}`, value))
        report('seccomp/unconfined', container);
      if (container.privileged.state === 'unknown') continue;
      const annotated = annotationsCount && annotationFor(container.name) !== undefined;
      if (!annotated && lacks(container, 'seccompProfile', seccompProfile))
        report('seccomp/missing', container);
    }
  }

  /** Its own annotation, or else its pod's. */
  function annotationFor(name: string | undefined): string | undefined {
    const own = pod.seccompAnnotations.find((key) => key === `${CONTAINER_ANNOTATION}${name}`);
    return own ?? pod.seccompAnnotations.find((one) => !one.startsWith('container.'));
  }

  /** Where annotations are in force, `unconfined` is what the field calls Unconfined. */
  function isUnconfinedByAnnotation(key: string, owner: Plain | undefined): boolean {
    const type = getAt(owner, ['securityContext', 'seccompProfile', 'type']);
    const hasField = type !== undefined && type !== '';
    return annotationsCount && !hasField && get(pod.found.annotations, key) === 'unconfined';
  }

  function judgeCapabilities(): void {
    for (const container of pod.containers) {
      for (const name of container.addedCapabilities) {
        if (!BASELINE_CAPABILITIES.has(name)) report('capabilities/forbidden', container, name);
        else if (name !== 'NET_BIND_SERVICE') report('capabilities/added', container, name);
      }
      if (isPrivilegedOrUnclear(container)) continue;
      const dropped = container.droppedCapabilities;
      const incomplete = dropped.state === 'set' && !dropped.value.includes('ALL');
      if (incomplete || lacks(container, 'capabilities', dropped))
        report('capabilities/not-dropped', container);
    }
  }

  function judgeNonRoot(): void {
    // In a user namespace, root in the container is nobody on the node.
    if (pod.userNamespace) return;
    if (isSet(pod.written.runAsNonRoot, false)) report('capabilities/non-root-false', null);
    let inheritedConflict = false;
    for (const container of pod.containers) {
      const { runAsNonRoot, runAsUser } = container;
      if (cameFrom(runAsNonRoot, 'container') && isSet(runAsNonRoot, false)) {
        report('capabilities/non-root-false', container);
      }
      if (lacks(container, 'runAsNonRoot', runAsNonRoot)) report('capabilities/non-root-unset', container);
      // On Windows runAsUser has no meaning.
      if (!pod.windows && isSet(runAsNonRoot, true) && isSet(runAsUser, 0)) {
        if (cameFrom(runAsNonRoot, 'pod') && cameFrom(runAsUser, 'pod')) inheritedConflict = true;
        else report('capabilities/non-root-conflict', container);
      }
    }
    if (inheritedConflict) report('capabilities/non-root-conflict', null);
  }

  function judgeRootFilesystem(): void {
    for (const container of pod.containers) {
      const { readOnlyRootFilesystem: readOnly } = container;
      if (isSet(readOnly, false) || lacks(container, 'readOnlyRootFilesystem', readOnly)) {
        report('read-only-root-filesystem/writable', container);
      }
    }
  }
}

function isPrivilegedOrUnclear({ privileged }: EffectiveContainer): boolean {
  return isSet(privileged, true) || privileged.state === 'unknown';
}

function isSet<T>(reading: Reading<T>, value: T): boolean {
  return reading.state === 'set' && reading.value === value;
}

function isBetween(reading: Reading<number>, from: number, below: number): boolean {
  return reading.state === 'set' && reading.value >= from && reading.value < below;
}

function cameFrom(reading: Reading<unknown>, origin: 'container' | 'pod'): boolean {
  return reading.state === 'set' && reading.origin === origin;
}

function isUnconfined(reading: EffectiveContainer['seccompProfile']): boolean {
  return reading.state === 'set' && reading.value.type === 'Unconfined';
}
