/** What Pod Security admission answers to a pod, per level and policy version, written without the practices. */

import { findContainers, findPods } from './effectiveValuesPods.ts';
import { get, getAt, getList, getMap, type Plain, type PlainMap, writtenKeys } from './goYamlPlain.ts';

export type PodSecurityLevel = 'baseline' | 'restricted';

/** The checks by the ids that kubernetes/pod-security-admission gives them. */
export type PodSecurityCheck =
  | 'allowPrivilegeEscalation'
  | 'appArmorProfile'
  | 'capabilities_baseline'
  | 'capabilities_restricted'
  | 'hostNamespaces'
  | 'hostPathVolumes'
  | 'hostPorts'
  | 'hostProbesAndHostLifecycle'
  | 'privileged'
  | 'procMount'
  | 'procMount_restricted'
  | 'restrictedVolumes'
  | 'runAsNonRoot'
  | 'runAsUser'
  | 'seLinuxOptions'
  | 'seccompProfile_baseline'
  | 'seccompProfile_restricted'
  | 'sysctls'
  | 'windowsHostProcess';

/** The checks that the eight practices cover: what is hardened must pass these. */
export const PRACTICE_CHECKS: ReadonlySet<PodSecurityCheck> = new Set<PodSecurityCheck>([
  'allowPrivilegeEscalation',
  'capabilities_baseline',
  'capabilities_restricted',
  'privileged',
  'runAsNonRoot',
  'runAsUser',
  'seccompProfile_baseline',
  'seccompProfile_restricted',
]);

/** What admission looks at: the pod's own annotations (a template's are in the template) and its PodSpec. */
export interface AdmittedPod {
  readonly annotations: PlainMap;
  readonly spec: PlainMap;
}

/** The newest policy version that is known, as a minor version: 37 is v1.37. */
export const NEWEST_POLICY = 37;

/**
 * The checks that refuse the pod, sorted; none means that it is admitted. `minor` is the policy version, 0 to 37; a
 * newer one is answered as the newest.
 */
export function refusals(
  pod: AdmittedPod,
  level: PodSecurityLevel,
  minor: number = NEWEST_POLICY,
): readonly PodSecurityCheck[] {
  const inForce = CHECKS.filter(
    (check) => check.since <= minor && (check.level === 'baseline' || level === 'restricted'),
  );
  // Where the restricted level says the same thing more strictly, the baseline check is not asked.
  const overridden = new Set(inForce.flatMap((check) => check.overrides ?? []));
  return inForce
    .filter(({ id }) => !overridden.has(id))
    .filter(({ refuses }) => refuses(pod, minor))
    .map(({ id }) => id)
    .sort();
}

/** The refusals of every pod and pod template in decoded objects, in the order of the text. */
export function refusalsOf(
  objects: readonly Plain[],
  level: PodSecurityLevel,
  minor: number = NEWEST_POLICY,
): readonly (readonly PodSecurityCheck[])[] {
  return findPods(objects).map((pod) => refusals(pod, level, minor));
}

interface PolicyCheck {
  readonly id: PodSecurityCheck;
  readonly level: PodSecurityLevel;
  /** The first policy version that has the check. */
  readonly since: number;
  readonly overrides?: readonly PodSecurityCheck[];
  refuses(pod: AdmittedPod, minor: number): boolean;
}

const CHECKS: readonly PolicyCheck[] = [
  { id: 'privileged', level: 'baseline', since: 0, refuses: refusesPrivileged },
  { id: 'capabilities_baseline', level: 'baseline', since: 0, refuses: refusesCapabilitiesBaseline },
  { id: 'seccompProfile_baseline', level: 'baseline', since: 0, refuses: refusesSeccompBaseline },
  { id: 'procMount', level: 'baseline', since: 0, refuses: refusesProcMountBaseline },
  { id: 'hostNamespaces', level: 'baseline', since: 0, refuses: refusesHostNamespaces },
  { id: 'hostPathVolumes', level: 'baseline', since: 0, refuses: refusesHostPaths },
  { id: 'hostPorts', level: 'baseline', since: 0, refuses: refusesHostPorts },
  { id: 'appArmorProfile', level: 'baseline', since: 0, refuses: refusesAppArmor },
  { id: 'seLinuxOptions', level: 'baseline', since: 0, refuses: refusesSeLinux },
  { id: 'sysctls', level: 'baseline', since: 0, refuses: refusesSysctls },
  { id: 'windowsHostProcess', level: 'baseline', since: 0, refuses: refusesHostProcess },
  { id: 'hostProbesAndHostLifecycle', level: 'baseline', since: 34, refuses: refusesProbeHosts },
  { id: 'allowPrivilegeEscalation', level: 'restricted', since: 8, refuses: refusesEscalation },
  { id: 'runAsNonRoot', level: 'restricted', since: 0, refuses: refusesMaybeRoot },
  { id: 'runAsUser', level: 'restricted', since: 23, refuses: refusesRootUser },
  {
    id: 'seccompProfile_restricted',
    level: 'restricted',
    since: 19,
    overrides: ['seccompProfile_baseline'],
    refuses: refusesSeccompRestricted,
  },
  {
    id: 'capabilities_restricted',
    level: 'restricted',
    since: 22,
    overrides: ['capabilities_baseline'],
    refuses: refusesCapabilitiesRestricted,
  },
  {
    id: 'procMount_restricted',
    level: 'restricted',
    since: 35,
    overrides: ['procMount'],
    refuses: (pod) => contexts(pod).some(hasOtherProcMount),
  },
  {
    id: 'restrictedVolumes',
    level: 'restricted',
    since: 0,
    overrides: ['hostPathVolumes'],
    refuses: refusesVolumeTypes,
  },
];

/** The security contexts of all containers: init, main and ephemeral; undefined for a container without one. */
function contexts({ spec }: AdmittedPod): readonly (PlainMap | undefined)[] {
  return findContainers(spec).map(({ value }) => getMap(value, 'securityContext'));
}

function podContext({ spec }: AdmittedPod): PlainMap | undefined {
  return getMap(spec, 'securityContext');
}

/** The restricted level lets go of three checks for Windows, from v1.25; a nodeSelector alone does not count. */
function isRelaxedForWindows({ spec }: AdmittedPod, minor: number): boolean {
  return minor >= 25 && getAt(spec, ['os', 'name']) === 'windows';
}

/** Root in a user namespace is nobody on the node: from v1.35 the checks of users let such a pod be. */
function isRelaxedForUserNamespace({ spec }: AdmittedPod, minor: number): boolean {
  return minor >= 35 && get(spec, 'hostUsers') === false;
}

function refusesPrivileged(pod: AdmittedPod): boolean {
  return contexts(pod).some((context) => get(context, 'privileged') === true);
}

function refusesEscalation(pod: AdmittedPod, minor: number): boolean {
  if (isRelaxedForWindows(pod, minor)) return false;
  return contexts(pod).some((context) => get(context, 'allowPrivilegeEscalation') !== false);
}

function refusesMaybeRoot(pod: AdmittedPod, minor: number): boolean {
  if (isRelaxedForUserNamespace(pod, minor)) return false;
  return refusesUnlessAllSay(
    pod,
    (context) => get(context, 'runAsNonRoot'),
    (value) => value === true,
  );
}

function refusesRootUser(pod: AdmittedPod, minor: number): boolean {
  if (isRelaxedForUserNamespace(pod, minor)) return false;
  return [podContext(pod), ...contexts(pod)].some((context) => get(context, 'runAsUser') === 0);
}

/**
 * The rule that runAsNonRoot and the restricted seccomp check share: no written value is bad, not even one that every
 * container overrides, and each container has a good one, its own or the pod's.
 */
function refusesUnlessAllSay(
  pod: AdmittedPod,
  read: (context: PlainMap | undefined) => Plain | undefined,
  isGood: (value: Plain) => boolean,
): boolean {
  const ofPod = read(podContext(pod));
  if (ofPod !== undefined && !isGood(ofPod)) return true;
  return contexts(pod).some((context) => {
    const own = read(context);
    return own === undefined ? ofPod === undefined : !isGood(own);
  });
}

/** A profile's type; the empty text for a profile without one, which is not the same as no profile. */
function seccompType(context: PlainMap | undefined): Plain | undefined {
  const profile = getMap(context, 'seccompProfile');
  return profile === undefined ? undefined : (get(profile, 'type') ?? '');
}

function isGoodSeccompType(type: Plain): boolean {
  return type === 'RuntimeDefault' || type === 'Localhost';
}

function refusesSeccompRestricted(pod: AdmittedPod, minor: number): boolean {
  return !isRelaxedForWindows(pod, minor) && refusesUnlessAllSay(pod, seccompType, isGoodSeccompType);
}

const SECCOMP_POD_ANNOTATION = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER_ANNOTATION = 'container.seccomp.security.alpha.kubernetes.io/';

function refusesSeccompBaseline(pod: AdmittedPod, minor: number): boolean {
  if (minor >= 19) {
    return [podContext(pod), ...contexts(pod)].some((context) => {
      const type = seccompType(context);
      return type !== undefined && !isGoodSeccompType(type);
    });
  }
  // Before v1.19 there was no field: the annotations of the pod and of its own containers count.
  const names = findContainers(pod.spec).map(({ name }) => SECCOMP_CONTAINER_ANNOTATION + (name ?? ''));
  return [SECCOMP_POD_ANNOTATION, ...names].some((key) => {
    const value = get(pod.annotations, key);
    if (value === undefined) return false;
    return value !== 'runtime/default' && value !== 'docker/default' && !startsWith(value, 'localhost/');
  });
}

const BASELINE_CAPABILITIES: ReadonlySet<Plain> = new Set([
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

function capabilities(context: PlainMap | undefined, side: 'add' | 'drop'): readonly Plain[] {
  return getList(getMap(context, 'capabilities'), side);
}

function refusesCapabilitiesBaseline(pod: AdmittedPod): boolean {
  return contexts(pod).some((context) =>
    capabilities(context, 'add').some((name) => !BASELINE_CAPABILITIES.has(name)),
  );
}

function refusesCapabilitiesRestricted(pod: AdmittedPod, minor: number): boolean {
  if (isRelaxedForWindows(pod, minor)) return false;
  return contexts(pod).some(
    (context) =>
      !capabilities(context, 'drop').includes('ALL') ||
      capabilities(context, 'add').some((name) => name !== 'NET_BIND_SERVICE'),
  );
}

function hasOtherProcMount(context: PlainMap | undefined): boolean {
  const procMount = get(context, 'procMount');
  return procMount !== undefined && procMount !== 'Default';
}

function refusesProcMountBaseline(pod: AdmittedPod, minor: number): boolean {
  return !isRelaxedForUserNamespace(pod, minor) && contexts(pod).some(hasOtherProcMount);
}

function refusesHostNamespaces({ spec }: AdmittedPod): boolean {
  return ['hostNetwork', 'hostPID', 'hostIPC'].some((field) => get(spec, field) === true);
}

function refusesHostPaths({ spec }: AdmittedPod): boolean {
  return getList(spec, 'volumes').some((volume) => get(volume, 'hostPath') !== undefined);
}

function refusesVolumeTypes({ spec }: AdmittedPod): boolean {
  const allowed = [
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
  // A volume that names no source is an emptyDir.
  return getList(spec, 'volumes').some((volume) => {
    const sources = writtenKeys(volume).filter((key) => key !== 'name');
    return sources.length > 0 && sources.every((type) => !allowed.includes(type));
  });
}

function refusesHostPorts({ spec }: AdmittedPod): boolean {
  // In the network of the host a port is a port of the host by default, but for ephemeral containers.
  const isShared = get(spec, 'hostNetwork') === true;
  return findContainers(spec).some(({ list, value }) =>
    getList(value, 'ports').some((port) => {
      const byDefault = isShared && list !== 'ephemeralContainers' ? get(port, 'containerPort') : undefined;
      return (get(port, 'hostPort') || byDefault || 0) !== 0;
    }),
  );
}

function refusesAppArmor(pod: AdmittedPod): boolean {
  const byField = [podContext(pod), ...contexts(pod)].some((context) => {
    const profile = getMap(context, 'appArmorProfile');
    const type = get(profile, 'type');
    return profile !== undefined && type !== 'RuntimeDefault' && type !== 'Localhost';
  });
  const byAnnotation = Object.entries(pod.annotations).some(
    ([key, value]) =>
      key.startsWith('container.apparmor.security.beta.kubernetes.io/') &&
      value !== null &&
      value !== '' &&
      value !== 'runtime/default' &&
      !startsWith(value, 'localhost/'),
  );
  return byField || byAnnotation;
}

function refusesSeLinux(pod: AdmittedPod, minor: number): boolean {
  const allowed = ['', 'container_t', 'container_init_t', 'container_kvm_t'];
  if (minor >= 31) allowed.push('container_engine_t');
  return [podContext(pod), ...contexts(pod)].some((context) => {
    const options = getMap(context, 'seLinuxOptions');
    const type = get(options, 'type') ?? '';
    return (
      typeof type !== 'string' ||
      !allowed.includes(type) ||
      (get(options, 'user') ?? '') !== '' ||
      (get(options, 'role') ?? '') !== ''
    );
  });
}

/** The safe sysctls, each with the policy version that lets it pass. */
const SAFE_SYSCTLS: ReadonlyMap<Plain | undefined, number> = new Map<Plain | undefined, number>([
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

function refusesSysctls(pod: AdmittedPod, minor: number): boolean {
  return getList(podContext(pod), 'sysctls').some((sysctl) => {
    const since = SAFE_SYSCTLS.get(get(sysctl, 'name'));
    return since === undefined || since > minor;
  });
}

function refusesHostProcess(pod: AdmittedPod): boolean {
  return [podContext(pod), ...contexts(pod)].some(
    (context) => get(getMap(context, 'windowsOptions'), 'hostProcess') === true,
  );
}

function refusesProbeHosts({ spec }: AdmittedPod): boolean {
  return findContainers(spec).some(({ value }) => {
    const lifecycle = get(value, 'lifecycle');
    const handlers = [
      get(value, 'livenessProbe'),
      get(value, 'readinessProbe'),
      get(value, 'startupProbe'),
      get(lifecycle, 'postStart'),
      get(lifecycle, 'preStop'),
    ];
    return handlers.some((handler) =>
      ['httpGet', 'tcpSocket'].some((action) => {
        const host = get(get(handler, action), 'host');
        return host !== undefined && host !== '';
      }),
    );
  });
}

function startsWith(value: Plain, prefix: string): boolean {
  return typeof value === 'string' && value.startsWith(prefix);
}
