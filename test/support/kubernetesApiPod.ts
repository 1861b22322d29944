/** The API server's own validation of a pod's security, resources and volumes, rule by rule. */

import { type FoundContainer, findContainers } from './effectiveValuesPods.ts';
import {
  get,
  getList,
  getMap,
  getString,
  isMap,
  type Plain,
  type PlainMap,
  type PlainPath,
  writtenKeys,
} from './goYamlPlain.ts';
import { resourceRejections } from './kubernetesApiResources.ts';

/** A value that decodes and that validation refuses nevertheless. */
export interface PodRejection {
  readonly path: PlainPath;
  readonly rule:
    | 'contradiction'
    | 'duplicate'
    | 'forbidden'
    | 'not-found'
    | 'range'
    | 'required'
    | 'unsupported-value'
    | 'resource';
  readonly message: string;
}

/** Where a pod stands and what its surroundings add to it. */
export interface PodSurroundings {
  /** Whether it is a template, as it is everywhere but in the kind Pod. */
  readonly isTemplate: boolean;
  /** The pod's own annotations; a template's are in the template. */
  readonly annotations: PlainMap;
  /** Volumes that the workload brings along: a StatefulSet's claim templates. */
  readonly claimNames: readonly string[];
}

type Reject = (path: PlainPath, rule: PodRejection['rule'], message: string) => void;

/**
 * What validation refuses in a PodSpec whose types are right; values of a wrong type are passed over here. Source:
 * pkg/apis/core/validation/validation.go of Kubernetes 1.34, after the defaulting of pkg/apis/core/v1/defaults.go.
 */
export function podRejections(
  spec: PlainMap,
  path: PlainPath,
  around: PodSurroundings,
): readonly PodRejection[] {
  const found: PodRejection[] = [];
  const reject: Reject = (at, rule, message) => void found.push({ path: at, rule, message });
  rejectPodContext(spec, path, reject);
  for (const container of findContainers(spec)) {
    const at = [...path, container.list, container.index];
    rejectContainerContext(container, at, reject);
    rejectImage(container, at, around, reject);
    rejectHooks(container, at, reject);
  }
  rejectHostUsers(spec, path, reject);
  rejectOperatingSystem(spec, path, reject);
  rejectEphemeralContainers(spec, path, around, reject);
  rejectNames(spec, path, reject);
  rejectHostPorts(spec, path, around, reject);
  rejectVolumes(spec, path, around, reject);
  rejectSeccompAnnotations(spec, path, around, reject);
  rejectAppArmorAnnotations(spec, path, around, reject);
  found.push(...resourceRejections(spec, path));
  return found;
}

function rejectImage(
  { value }: FoundContainer,
  path: PlainPath,
  around: PodSurroundings,
  reject: Reject,
): void {
  if (!isMap(value)) return;
  const image = getString(value, 'image');
  if (image === undefined) reject([...path, 'image'], 'required', 'a container needs an image');
  else if (!around.isTemplate && image !== image.trim()) {
    reject([...path, 'image'], 'unsupported-value', 'must not have leading or trailing whitespace');
  }
}

/** An init container that ends by itself is not probed. */
function rejectHooks({ list, value }: FoundContainer, path: PlainPath, reject: Reject): void {
  if (list !== 'initContainers' || getString(value, 'restartPolicy') === 'Always') return;
  for (const field of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe']) {
    if (get(value, field) !== undefined) {
      reject(
        [...path, field],
        'forbidden',
        'may not be set for init containers without restartPolicy Always',
      );
    }
  }
}

const LARGEST_ID = 2_147_483_647;

function rejectIds(
  context: PlainMap | undefined,
  path: PlainPath,
  fields: readonly string[],
  reject: Reject,
): void {
  for (const field of fields) {
    const id = get(context, field);
    if (typeof id === 'number' && (id < 0 || id > LARGEST_ID)) {
      reject([...path, field], 'range', `must be between 0 and ${LARGEST_ID}, is ${id}`);
    }
  }
}

function rejectUnlisted(
  holder: PlainMap | undefined,
  path: PlainPath,
  field: string,
  allowed: readonly string[],
  reject: Reject,
): void {
  const value = get(holder, field);
  if (typeof value === 'string' && !allowed.includes(value)) {
    reject([...path, field], 'unsupported-value', `must be one of ${allowed.join(', ')}, is ${value}`);
  }
}

function rejectPodContext(spec: PlainMap, specPath: PlainPath, reject: Reject): void {
  const path = [...specPath, 'securityContext'];
  const context = getMap(spec, 'securityContext');
  rejectIds(context, path, ['runAsUser', 'runAsGroup', 'fsGroup'], reject);
  for (const [index, id] of getList(context, 'supplementalGroups').entries()) {
    if (typeof id === 'number' && (id < 0 || id > LARGEST_ID)) {
      reject(
        [...path, 'supplementalGroups', index],
        'range',
        `must be between 0 and ${LARGEST_ID}, is ${id}`,
      );
    }
  }
  rejectUnlisted(context, path, 'fsGroupChangePolicy', ['Always', 'OnRootMismatch'], reject);
  rejectUnlisted(context, path, 'supplementalGroupsPolicy', ['Merge', 'Strict'], reject);
  rejectUnlisted(context, path, 'seLinuxChangePolicy', ['MountOption', 'Recursive'], reject);
  rejectProfiles(context, path, reject);
  rejectSysctls(spec, context, [...path, 'sysctls'], reject);
}

function rejectContainerContext(container: FoundContainer, containerPath: PlainPath, reject: Reject): void {
  const path = [...containerPath, 'securityContext'];
  const context = getMap(container.value, 'securityContext');
  rejectIds(context, path, ['runAsUser', 'runAsGroup'], reject);
  rejectUnlisted(context, path, 'procMount', ['Default', 'Unmasked'], reject);
  rejectProfiles(context, path, reject);
  if (get(context, 'allowPrivilegeEscalation') === false) {
    if (get(context, 'privileged') === true) {
      reject(path, 'contradiction', 'allowPrivilegeEscalation false and privileged true');
    }
    // Only this spelling is refused: SYS_ADMIN, which means the same, is not.
    if (getList(getMap(context, 'capabilities'), 'add').includes('CAP_SYS_ADMIN')) {
      reject(path, 'contradiction', 'allowPrivilegeEscalation false and CAP_SYS_ADMIN added');
    }
  }
}

/** Seccomp and AppArmor have one shape: a type of three, and a local profile exactly with the type Localhost. */
function rejectProfiles(context: PlainMap | undefined, path: PlainPath, reject: Reject): void {
  for (const field of ['seccompProfile', 'appArmorProfile']) {
    const profile = getMap(context, field);
    if (profile === undefined) continue;
    const at = [...path, field];
    rejectUnlisted(profile, at, 'type', ['RuntimeDefault', 'Localhost', 'Unconfined'], reject);
    const local = get(profile, 'localhostProfile');
    const localPath = [...at, 'localhostProfile'];
    if (get(profile, 'type') === 'Localhost') {
      // Validation lets an empty seccomp profile through.
      const isMissing = local === undefined || (local === '' && field === 'appArmorProfile');
      if (isMissing) reject(localPath, 'required', 'the type Localhost needs a profile');
      else if (field === 'seccompProfile' && typeof local === 'string' && !isDescending(local)) {
        reject(localPath, 'unsupported-value', 'must be a relative path without ..');
      }
    } else if (local !== undefined) {
      reject(localPath, 'forbidden', 'only the type Localhost has a profile');
    }
  }
}

function isDescending(path: string): boolean {
  return !path.startsWith('/') && !path.split('/').includes('..');
}

/** Sysctls that are the node's own where the pod shares the node's namespace. */
function rejectSysctls(spec: PlainMap, context: PlainMap | undefined, path: PlainPath, reject: Reject): void {
  const seen = new Set<string>();
  for (const [index, sysctl] of getList(context, 'sysctls').entries()) {
    const name = getString(sysctl, 'name');
    if (name === undefined) continue;
    const at = [...path, index, 'name'];
    if (!/^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/.test(name)) {
      reject(at, 'unsupported-value', `is no sysctl name: ${name}`);
    }
    if (seen.has(name)) reject(at, 'duplicate', `the sysctl ${name} is set twice`);
    seen.add(name);
    const dotted = name.replaceAll('/', '.');
    if (get(spec, 'hostNetwork') === true && dotted.startsWith('net.')) {
      reject(at, 'forbidden', 'may not be set with hostNetwork');
    }
    const isOfIpc = /^(kernel\.(shm|msg|sem)|fs\.mqueue\.)/.test(dotted);
    if (get(spec, 'hostIPC') === true && isOfIpc) reject(at, 'forbidden', 'may not be set with hostIPC');
  }
}

const USER_NAMESPACE = 'may not be set with hostUsers false';

function rejectHostUsers(spec: PlainMap, path: PlainPath, reject: Reject): void {
  if (get(spec, 'hostUsers') !== false) {
    for (const { list, index, value } of findContainers(spec)) {
      if (get(getMap(value, 'securityContext'), 'procMount') === 'Unmasked') {
        const at = [...path, list, index, 'securityContext', 'procMount'];
        reject(at, 'contradiction', 'Unmasked needs hostUsers false');
      }
    }
    return;
  }
  for (const field of ['hostNetwork', 'hostPID', 'hostIPC']) {
    if (get(spec, field) === true) reject([...path, field], 'contradiction', USER_NAMESPACE);
  }
  for (const { list, index, value } of findContainers(spec)) {
    if (getList(value, 'volumeDevices').length > 0) {
      reject([...path, list, index, 'volumeDevices'], 'contradiction', USER_NAMESPACE);
    }
  }
}

const NOT_ON_WINDOWS_POD_CONTEXT = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
];
const NOT_ON_WINDOWS_SPEC = ['hostPID', 'hostIPC', 'hostUsers', 'shareProcessNamespace', 'resources'];
const NOT_ON_WINDOWS_CONTAINER = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
];

/** Only `spec.os` counts here: a nodeSelector for Windows forbids nothing. */
function rejectOperatingSystem(spec: PlainMap, path: PlainPath, reject: Reject): void {
  const os = getString(getMap(spec, 'os'), 'name');
  rejectUnlisted(getMap(spec, 'os'), [...path, 'os'], 'name', ['linux', 'windows'], reject);
  const contexts = [
    { at: [...path, 'securityContext'], context: getMap(spec, 'securityContext'), isPod: true },
    ...findContainers(spec).map(({ list, index, value }) => ({
      at: [...path, list, index, 'securityContext'],
      context: getMap(value, 'securityContext'),
      isPod: false,
    })),
  ];
  if (os === 'windows') {
    rejectPresent(spec, path, NOT_ON_WINDOWS_SPEC, 'cannot be set for a windows pod', reject);
    for (const { at, context, isPod } of contexts) {
      const fields = isPod ? NOT_ON_WINDOWS_POD_CONTEXT : NOT_ON_WINDOWS_CONTAINER;
      rejectPresent(context, at, fields, 'cannot be set for a windows pod', reject);
    }
  }
  if (os === 'linux') {
    for (const { at, context } of contexts) {
      rejectPresent(context, at, ['windowsOptions'], 'cannot be set for a linux pod', reject);
    }
  }
}

function rejectPresent(
  holder: PlainMap | undefined,
  path: PlainPath,
  fields: readonly string[],
  message: string,
  reject: Reject,
): void {
  for (const field of fields) {
    if (isWritten(get(holder, field), field)) reject([...path, field], 'forbidden', message);
  }
}

/** Booleans of the PodSpec that have no "unset" of their own are only seen when true. */
function isWritten(value: Plain | undefined, field: string): boolean {
  return field === 'hostPID' || field === 'hostIPC' ? value === true : value !== undefined;
}

const NOT_IN_EPHEMERAL_CONTAINERS = [
  'ports',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'lifecycle',
  'resources',
  'resizePolicy',
  'restartPolicy',
  'restartPolicyRules',
];

function rejectEphemeralContainers(
  spec: PlainMap,
  path: PlainPath,
  { isTemplate }: PodSurroundings,
  reject: Reject,
): void {
  const at = [...path, 'ephemeralContainers'];
  const containers = getList(spec, 'ephemeralContainers');
  if (isTemplate && containers.length > 0)
    reject(at, 'forbidden', 'ephemeral containers not allowed in pod template');
  for (const [index, container] of containers.entries()) {
    for (const field of NOT_IN_EPHEMERAL_CONTAINERS) {
      const value = get(container, field);
      // `resources` is a struct, so a mapping without anything in it is the same as none.
      const isEmpty = field === 'resources' && writtenKeys(value).length === 0;
      if (isWritten(value, field) && !isEmpty) {
        reject([...at, index, field], 'forbidden', 'cannot be set for an Ephemeral Container');
      }
    }
    for (const [mountIndex, mount] of getList(container, 'volumeMounts').entries()) {
      for (const field of ['subPath', 'subPathExpr']) {
        if (getString(mount, field) !== undefined) {
          const mountPath = [...at, index, 'volumeMounts', mountIndex, field];
          reject(mountPath, 'forbidden', 'cannot be set for an Ephemeral Container');
        }
      }
    }
  }
}

const LABEL = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;

function rejectNames(spec: PlainMap, path: PlainPath, reject: Reject): void {
  const seen = new Set<string>();
  for (const { list, index, name } of findContainers(spec)) {
    const at = [...path, list, index, 'name'];
    if (name === undefined) continue;
    if (!LABEL.test(name)) reject(at, 'unsupported-value', `is no DNS label: ${name}`);
    if (seen.has(name)) reject(at, 'duplicate', `two containers are named ${name}`);
    seen.add(name);
  }
}

/** Two containers cannot have one port of the node; in the node's network, a pod's ports are ports of the node. */
function rejectHostPorts(
  spec: PlainMap,
  path: PlainPath,
  { isTemplate }: PodSurroundings,
  reject: Reject,
): void {
  const seen = new Set<string>();
  const isShared = get(spec, 'hostNetwork') === true && !isTemplate;
  for (const [index, container] of getList(spec, 'containers').entries()) {
    for (const [portIndex, port] of getList(container, 'ports').entries()) {
      const hostPort = get(port, 'hostPort') || (isShared ? get(port, 'containerPort') : undefined);
      if (hostPort === undefined) continue;
      const key = [get(port, 'protocol') ?? 'TCP', get(port, 'hostIP') ?? '', hostPort].join(' ');
      const at = [...path, 'containers', index, 'ports', portIndex, 'hostPort'];
      if (seen.has(key)) reject(at, 'duplicate', `two containers have the port ${hostPort} of the node`);
      seen.add(key);
    }
  }
}

function rejectVolumes(
  spec: PlainMap,
  path: PlainPath,
  { claimNames }: PodSurroundings,
  reject: Reject,
): void {
  const names = new Set<string>();
  for (const [index, volume] of getList(spec, 'volumes').entries()) {
    const at = [...path, 'volumes', index];
    const name = getString(volume, 'name');
    if (name !== undefined) {
      if (!LABEL.test(name)) reject([...at, 'name'], 'unsupported-value', `is no DNS label: ${name}`);
      if (names.has(name)) reject([...at, 'name'], 'duplicate', `two volumes are named ${name}`);
      names.add(name);
    }
    // A volume without any source is an emptyDir by default.
    const sources = isMap(volume)
      ? Object.keys(volume).filter((key) => key !== 'name' && volume[key] !== null)
      : [];
    if (sources.length > 1) reject(at, 'forbidden', `more than one volume type: ${sources.join(', ')}`);
  }
  for (const name of claimNames) names.add(name);
  for (const { list, index, value } of findContainers(spec)) {
    const at = [...path, list, index];
    const paths = new Set<string>();
    for (const [mountIndex, mount] of getList(value, 'volumeMounts').entries()) {
      const mountAt = [...at, 'volumeMounts', mountIndex];
      const name = getString(mount, 'name');
      if (name !== undefined && !names.has(name)) {
        reject([...mountAt, 'name'], 'not-found', `there is no volume ${name}`);
      }
      const mountPath = getString(mount, 'mountPath');
      if (mountPath === undefined) continue;
      if (paths.has(mountPath))
        reject([...mountAt, 'mountPath'], 'duplicate', `${mountPath} is mounted twice`);
      paths.add(mountPath);
    }
    for (const [deviceIndex, device] of getList(value, 'volumeDevices').entries()) {
      const deviceAt = [...at, 'volumeDevices', deviceIndex];
      const name = getString(device, 'name');
      if (name !== undefined && !names.has(name)) {
        reject([...deviceAt, 'name'], 'not-found', `there is no volume ${name}`);
      }
      const devicePath = getString(device, 'devicePath');
      if (devicePath !== undefined && paths.has(devicePath)) {
        reject([...deviceAt, 'devicePath'], 'duplicate', `${devicePath} is mounted twice`);
      }
    }
  }
}

const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';

/** The annotations do nothing from 1.27 on, and are validated all the same. */
function rejectSeccompAnnotations(
  spec: PlainMap,
  path: PlainPath,
  { annotations }: PodSurroundings,
  reject: Reject,
): void {
  const at = (key: string): PlainPath => [...path.slice(0, -1), 'metadata', 'annotations', key];
  for (const key of Object.keys(annotations)) {
    if (key !== SECCOMP_POD && !key.startsWith(SECCOMP_CONTAINER)) continue;
    // A null decodes to the empty text, which is no profile.
    const value = get(annotations, key) ?? '';
    if (typeof value === 'string' && !isSeccompValue(value)) {
      reject(at(key), 'unsupported-value', `is no seccomp profile: ${value}`);
    }
  }
  const pairs = [
    { key: SECCOMP_POD, context: getMap(spec, 'securityContext') },
    ...findContainers(spec).map(({ name, value }) => ({
      key: SECCOMP_CONTAINER + (name ?? ''),
      context: getMap(value, 'securityContext'),
    })),
  ];
  for (const { key, context } of pairs) {
    const profile = getMap(context, 'seccompProfile');
    if (profile === undefined || !Object.hasOwn(annotations, key)) continue;
    if (!agree(profile, get(annotations, key) ?? '')) {
      reject(at(key), 'contradiction', 'seccomp type in annotation and field must match');
    }
  }
}

function isSeccompValue(value: string): boolean {
  if (value.startsWith('localhost/')) return isDescending(value.slice('localhost/'.length));
  return value === 'runtime/default' || value === 'docker/default' || value === 'unconfined';
}

/** Whether the annotation of seccomp or AppArmor means the profile in the field. */
function agree(profile: PlainMap, annotation: Plain): boolean {
  switch (get(profile, 'type')) {
    case 'RuntimeDefault':
      return annotation === 'runtime/default' || annotation === 'docker/default';
    case 'Unconfined':
      return annotation === 'unconfined';
    case 'Localhost':
      return annotation === `localhost/${get(profile, 'localhostProfile') ?? ''}`;
    default:
      // The type itself is refused already.
      return true;
  }
}

const APP_ARMOR = 'container.apparmor.security.beta.kubernetes.io/';

function rejectAppArmorAnnotations(
  spec: PlainMap,
  path: PlainPath,
  { annotations }: PodSurroundings,
  reject: Reject,
): void {
  const containers = findContainers(spec);
  for (const key of Object.keys(annotations)) {
    if (!key.startsWith(APP_ARMOR)) continue;
    const at = [...path.slice(0, -1), 'metadata', 'annotations', key];
    const value = get(annotations, key) ?? '';
    if (typeof value !== 'string') continue;
    const container = containers.find(({ name }) => name === key.slice(APP_ARMOR.length));
    if (container === undefined) reject(at, 'not-found', 'the annotation names no container');
    const isKnown = ['', 'runtime/default', 'unconfined'].includes(value) || value.startsWith('localhost/');
    if (!isKnown) reject(at, 'unsupported-value', `is no AppArmor profile: ${value}`);
    if (container === undefined) continue;
    const profile =
      getMap(getMap(container.value, 'securityContext'), 'appArmorProfile') ??
      getMap(getMap(spec, 'securityContext'), 'appArmorProfile');
    const isWindows = getString(getMap(spec, 'os'), 'name') === 'windows';
    if (profile !== undefined && !isWindows && (value === 'docker/default' || !agree(profile, value))) {
      reject(at, 'contradiction', 'apparmor type in annotation and field must match');
    }
  }
}
