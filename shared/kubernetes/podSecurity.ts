/** Pod Security: what the admission controller of that name answers to a pod, by level and policy version. */
import { BASELINE_CAPABILITIES } from './baselineCapabilities.ts';
import {
  booleanField,
  child,
  descend,
  type Field,
  integerField,
  isCertainlyAbsent,
  itemsOf,
  keysOf,
  mappingIn,
  mayHoldMore,
  type Slot,
  stringField,
} from './slots.ts';
import type { PodView } from './workload.ts';

export type PodSecurityLevel = 'baseline' | 'restricted';

/** What one policy says of one pod. */
export interface PodSecurityAnswer {
  /** Names of the checks that certainly refuse the pod, without the level: `capabilities`, `runAsNonRoot`. */
  readonly refusedBy: readonly string[];
  /** Names of those that a value which is not known decides. */
  readonly undecided: readonly string[];
}

/**
 * The answer of a level at a policy version, the minor of `v1.<minor>`; a version newer than any that is known is answered as the
 * newest. For whole pods alone: of a patch nothing can be said (kubernetes/pod-security-admission, policy/check_*.go).
 */
export function podSecurityAnswer(pod: PodView, level: PodSecurityLevel, minor: number): PodSecurityAnswer {
  const inForce = CHECKS.filter(
    (check) => check.since <= minor && (check.level === 'baseline' || level === 'restricted'),
  );
  // Where restricted says the same more strictly, baseline's check is not asked.
  const overridden = new Set(inForce.filter((check) => check.level === 'restricted').map(({ name }) => name));
  const asked = inForce.filter((check) => check.level === 'restricted' || !overridden.has(check.name));
  const named = (wanted: Verdict): readonly string[] =>
    asked
      .filter(({ judge }) => judge(pod, minor) === wanted)
      .map(({ name }) => name)
      .sort();
  return { refusedBy: named('refuses'), undecided: named('unknown') };
}

type Verdict = 'refuses' | 'admits' | 'unknown';

interface PolicyCheck {
  /** Shared by a check of baseline and the one of restricted that takes its place. */
  readonly name: string;
  readonly level: PodSecurityLevel;
  /** The first policy version that has the check. */
  readonly since: number;
  readonly judge: (pod: PodView, minor: number) => Verdict;
}

const CHECKS: readonly PolicyCheck[] = [
  { name: 'privileged', level: 'baseline', since: 0, judge: privileged },
  { name: 'capabilities', level: 'baseline', since: 0, judge: capabilitiesBaseline },
  { name: 'seccompProfile', level: 'baseline', since: 0, judge: seccompBaseline },
  { name: 'procMount', level: 'baseline', since: 0, judge: procMountBaseline },
  { name: 'hostNamespaces', level: 'baseline', since: 0, judge: hostNamespaces },
  { name: 'volumes', level: 'baseline', since: 0, judge: hostPaths },
  { name: 'hostPorts', level: 'baseline', since: 0, judge: hostPorts },
  { name: 'appArmorProfile', level: 'baseline', since: 0, judge: appArmor },
  { name: 'seLinuxOptions', level: 'baseline', since: 0, judge: seLinux },
  { name: 'sysctls', level: 'baseline', since: 0, judge: sysctls },
  { name: 'windowsHostProcess', level: 'baseline', since: 0, judge: hostProcess },
  { name: 'hostProbesAndHostLifecycle', level: 'baseline', since: 34, judge: probeHosts },
  { name: 'allowPrivilegeEscalation', level: 'restricted', since: 8, judge: escalation },
  { name: 'runAsNonRoot', level: 'restricted', since: 0, judge: runAsNonRoot },
  { name: 'runAsUser', level: 'restricted', since: 23, judge: runAsUser },
  { name: 'seccompProfile', level: 'restricted', since: 19, judge: seccompRestricted },
  { name: 'capabilities', level: 'restricted', since: 22, judge: capabilitiesRestricted },
  { name: 'procMount', level: 'restricted', since: 35, judge: procMountRestricted },
  { name: 'volumes', level: 'restricted', since: 0, judge: volumeTypes },
];

/** One certain refusal is enough; without one, what is not known may be one. */
function any(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('refuses')) return 'refuses';
  return verdicts.includes('unknown') ? 'unknown' : 'admits';
}

/** What the check says of each container of all three lists; a list that may have more leaves it open. */
function anyContainer(pod: PodView, judge: (container: Slot) => Verdict): Verdict {
  const isOpen = ['initContainers', 'containers', 'ephemeralContainers'].some((list) =>
    mayHoldMore(child(pod.spec, list)),
  );
  const verdicts = pod.containers.map(({ slot }) => judge(slot));
  return any(isOpen ? [...verdicts, 'unknown'] : verdicts);
}

/** As `anyContainer`, for a security context, together with the pod's own. */
function anyContext(pod: PodView, judge: (context: Slot) => Verdict): Verdict {
  return any([
    judge(pod.securityContext),
    anyContainer(pod, (container) => judge(child(container, 'securityContext'))),
  ]);
}

function eachItem(list: Slot, judge: (item: Slot) => Verdict): Verdict {
  const verdicts = itemsOf(list).map(judge);
  return any(mayHoldMore(list) ? [...verdicts, 'unknown'] : verdicts);
}

/** Whether what is written refuses the pod; `absent` says what comes of nothing. A value of a wrong type never gets that far. */
function verdictOf<T>(
  field: Field<T>,
  isRefused: (value: T) => boolean,
  absent: Verdict = 'admits',
): Verdict {
  const verdicts = field.readings.map((reading): Verdict => {
    switch (reading.state) {
      case 'absent':
        return absent;
      case 'known':
        return isRefused(reading.value) ? 'refuses' : 'admits';
      default:
        return 'unknown';
    }
  });
  // Branches of a template that disagree leave it open.
  const [first = absent, ...others] = verdicts;
  return others.every((verdict) => verdict === first) ? first : 'unknown';
}

function texts(slot: Slot, isRefused: (text: string) => boolean, absent: Verdict = 'admits'): Verdict {
  return verdictOf(stringField(slot, 'pod'), isRefused, absent);
}

function flag(slot: Slot, refused: boolean, absent: Verdict = 'admits'): Verdict {
  return verdictOf(booleanField(slot, 'pod'), (value) => value === refused, absent);
}

/** A relaxed check refuses nothing; where it is not known whether it is relaxed, its refusal is not certain. */
function unless(isRelaxed: Verdict, verdict: Verdict): Verdict {
  if (isRelaxed === 'refuses' || verdict === 'admits') return 'admits';
  return isRelaxed === 'unknown' ? 'unknown' : verdict;
}

/** From v1.25 restricted lets go of three checks for Windows; a node selector does not count. */
function forWindows(pod: PodView, minor: number, verdict: Verdict): Verdict {
  if (minor < 25) return verdict;
  return unless(
    texts(descend(pod.spec, 'os', 'name'), (name) => name === 'windows'),
    verdict,
  );
}

/** From v1.35 the checks of users let a pod in a user namespace be. */
function forUserNamespace(pod: PodView, minor: number, verdict: Verdict): Verdict {
  return minor < 35 ? verdict : unless(flag(child(pod.spec, 'hostUsers'), false), verdict);
}

function privileged(pod: PodView): Verdict {
  return anyContainer(pod, (container) => flag(descend(container, 'securityContext', 'privileged'), true));
}

function escalation(pod: PodView, minor: number): Verdict {
  return forWindows(
    pod,
    minor,
    anyContainer(pod, (container) =>
      flag(descend(container, 'securityContext', 'allowPrivilegeEscalation'), true, 'refuses'),
    ),
  );
}

/** A written value must be good, even where every container overrides it, and every container needs one, its own or the pod's. */
function everyoneSays(pod: PodView, judge: (context: Slot, absent: Verdict) => Verdict): Verdict {
  const written = judge(pod.securityContext, 'admits');
  const inherited = judge(pod.securityContext, 'refuses');
  return any([
    written,
    anyContainer(pod, (container) => judge(child(container, 'securityContext'), inherited)),
  ]);
}

function runAsNonRoot(pod: PodView, minor: number): Verdict {
  const verdict = everyoneSays(pod, (context, absent) => flag(child(context, 'runAsNonRoot'), false, absent));
  return forUserNamespace(pod, minor, verdict);
}

function runAsUser(pod: PodView, minor: number): Verdict {
  const verdict = anyContext(pod, (context) =>
    verdictOf(integerField(child(context, 'runAsUser'), 'pod'), (id) => id === 0),
  );
  return forUserNamespace(pod, minor, verdict);
}

const CONFINED: ReadonlySet<string> = new Set(['RuntimeDefault', 'Localhost']);

/** A profile without a type is a bad one. */
function profile(context: Slot, key: string, absent: Verdict): Verdict {
  const slot = child(context, key);
  if (isCertainlyAbsent(slot)) return absent;
  if (mappingIn(slot) === undefined) return 'unknown';
  return texts(child(slot, 'type'), (type) => !CONFINED.has(type), 'refuses');
}

function seccompRestricted(pod: PodView, minor: number): Verdict {
  return forWindows(
    pod,
    minor,
    everyoneSays(pod, (context, absent) => profile(context, 'seccompProfile', absent)),
  );
}

const SECCOMP_ANNOTATION = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER_ANNOTATION = 'container.seccomp.security.alpha.kubernetes.io/';

/** Before v1.19 there was no field, and the annotations counted. */
function seccompBaseline(pod: PodView, minor: number): Verdict {
  if (minor >= 19) return anyContext(pod, (context) => profile(context, 'seccompProfile', 'admits'));
  const judge = (key: string): Verdict =>
    texts(
      child(pod.annotations, key),
      (value) => value !== 'docker/default' && !isAppArmorOrSeccompDefault(value),
    );
  return any([
    judge(SECCOMP_ANNOTATION),
    ...pod.containers.map(({ name }) =>
      name === undefined ? 'unknown' : judge(`${SECCOMP_CONTAINER_ANNOTATION}${name}`),
    ),
  ]);
}

/** The values that the annotations of seccomp and AppArmor share. */
function isAppArmorOrSeccompDefault(value: string): boolean {
  return value === 'runtime/default' || value.startsWith('localhost/');
}

function added(container: Slot, isRefused: (name: string) => boolean): Verdict {
  return eachItem(descend(container, 'securityContext', 'capabilities', 'add'), (item) =>
    texts(item, isRefused),
  );
}

function capabilitiesBaseline(pod: PodView): Verdict {
  return anyContainer(pod, (container) => added(container, (name) => !BASELINE_CAPABILITIES.has(name)));
}

function capabilitiesRestricted(pod: PodView, minor: number): Verdict {
  const verdict = anyContainer(pod, (container) => {
    const drop = descend(container, 'securityContext', 'capabilities', 'drop');
    const names = itemsOf(drop).map((item) => texts(item, (name) => name === 'ALL'));
    const dropped: Verdict = names.includes('refuses')
      ? 'admits'
      : names.includes('unknown') || mayHoldMore(drop)
        ? 'unknown'
        : 'refuses';
    return any([dropped, added(container, (name) => name !== 'NET_BIND_SERVICE')]);
  });
  return forWindows(pod, minor, verdict);
}

function procMountRestricted(pod: PodView): Verdict {
  return anyContainer(pod, (container) =>
    texts(descend(container, 'securityContext', 'procMount'), (type) => type !== 'Default'),
  );
}

function procMountBaseline(pod: PodView, minor: number): Verdict {
  return forUserNamespace(pod, minor, procMountRestricted(pod));
}

function hostNamespaces({ spec }: PodView): Verdict {
  return any(['hostNetwork', 'hostPID', 'hostIPC'].map((key) => flag(child(spec, key), true)));
}

function hostPaths({ volumes }: PodView): Verdict {
  return eachItem(volumes, (volume) => presence(child(volume, 'hostPath')));
}

/** Refused where something is written. */
function presence(slot: Slot): Verdict {
  if (isCertainlyAbsent(slot)) return 'admits';
  return mappingIn(slot) === undefined ? 'unknown' : 'refuses';
}

const RESTRICTED_VOLUMES: readonly string[] = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
];

function volumeTypes({ volumes }: PodView): Verdict {
  return eachItem(volumes, (volume) => {
    const sources = RESTRICTED_VOLUMES.map((type) => presence(child(volume, type)));
    if (sources.includes('refuses')) return 'admits';
    if (sources.includes('unknown')) return 'unknown';
    // A volume of no type is an emptyDir (SetDefaults_Volume).
    const others = [...keysOf(volume)].filter((key) => key !== 'name');
    return others.every((key) => isCertainlyAbsent(child(volume, key))) ? 'admits' : 'refuses';
  });
}

/** In the network of the node, a container's port is the node's by default (SetDefaults_Pod), but for ephemeral containers. */
function hostPorts(pod: PodView): Verdict {
  const isShared = flag(child(pod.spec, 'hostNetwork'), true);
  const verdicts = pod.containers.map(({ slot, list }) =>
    eachItem(child(slot, 'ports'), (port) => {
      const byDefault: Verdict =
        isShared === 'admits' || list === 'ephemeralContainers' || isZero(child(port, 'containerPort'))
          ? 'admits'
          : isShared;
      return verdictOf(
        integerField(child(port, 'hostPort'), 'pod'),
        (value) => value !== 0 || byDefault === 'refuses',
        byDefault,
      );
    }),
  );
  return any(verdicts);
}

function isZero(slot: Slot): boolean {
  return integerField(slot, 'pod').readings.every(
    (reading) => reading.state === 'absent' || (reading.state === 'known' && reading.value === 0),
  );
}

const APP_ARMOR_ANNOTATION = 'container.apparmor.security.beta.kubernetes.io/';

function appArmor(pod: PodView): Verdict {
  const keys = (mappingIn(pod.annotations)?.entries ?? [])
    .map(({ key }) => key)
    .filter((key) => key.startsWith(APP_ARMOR_ANNOTATION));
  return any([
    anyContext(pod, (context) => profile(context, 'appArmorProfile', 'admits')),
    ...keys.map((key) =>
      texts(child(pod.annotations, key), (value) => value !== '' && !isAppArmorOrSeccompDefault(value)),
    ),
  ]);
}

const SELINUX_TYPES: ReadonlyMap<string, number> = new Map([
  ['', 0],
  ['container_t', 0],
  ['container_init_t', 0],
  ['container_kvm_t', 0],
  ['container_engine_t', 31],
]);

function seLinux(pod: PodView, minor: number): Verdict {
  return anyContext(pod, (context) => {
    const options = child(context, 'seLinuxOptions');
    return any([
      texts(child(options, 'type'), (type) => (SELINUX_TYPES.get(type) ?? Number.POSITIVE_INFINITY) > minor),
      texts(child(options, 'user'), (user) => user !== ''),
      texts(child(options, 'role'), (role) => role !== ''),
    ]);
  });
}

/** The safe sysctls, each with the first policy version that admits it. */
const SAFE_SYSCTLS: ReadonlyMap<string, number> = new Map([
  ['kernel.shm_rmid_forced', 0],
  ['net.ipv4.ip_local_port_range', 0],
  ['net.ipv4.tcp_syncookies', 0],
  ['net.ipv4.ping_group_range', 0],
  ['net.ipv4.ip_unprivileged_port_start', 0],
  ['net.ipv4.ip_local_reserved_ports', 27],
  ['net.ipv4.tcp_keepalive_time', 29],
  ['net.ipv4.tcp_fin_timeout', 29],
  ['net.ipv4.tcp_keepalive_intvl', 29],
  ['net.ipv4.tcp_keepalive_probes', 29],
  ['net.ipv4.tcp_rmem', 32],
  ['net.ipv4.tcp_wmem', 32],
  ['net.ipv4.tcp_slow_start_after_idle', 37],
  ['net.ipv4.tcp_notsent_lowat', 37],
]);

function sysctls(pod: PodView, minor: number): Verdict {
  return eachItem(child(pod.securityContext, 'sysctls'), (sysctl) =>
    texts(child(sysctl, 'name'), (name) => (SAFE_SYSCTLS.get(name) ?? Number.POSITIVE_INFINITY) > minor),
  );
}

function hostProcess(pod: PodView): Verdict {
  return anyContext(pod, (context) => flag(descend(context, 'windowsOptions', 'hostProcess'), true));
}

const HANDLERS: readonly (readonly string[])[] = [
  ['livenessProbe'],
  ['readinessProbe'],
  ['startupProbe'],
  ['lifecycle', 'postStart'],
  ['lifecycle', 'preStop'],
];

function probeHosts(pod: PodView): Verdict {
  return anyContainer(pod, (container) =>
    any(
      HANDLERS.flatMap((path) =>
        ['httpGet', 'tcpSocket'].map((action) =>
          texts(descend(container, ...path, action, 'host'), (host) => host !== ''),
        ),
      ),
    ),
  );
}
