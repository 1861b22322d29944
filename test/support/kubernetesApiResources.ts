/** The API server's validation of requests and limits, per container and for the pod as a whole. */

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
} from './goYamlPlain.ts';
import type { PodRejection } from './kubernetesApiPod.ts';
import { amountInBillionths, BILLION } from './kubernetesApiQuantity.ts';

type Amounts = ReadonlyMap<string, bigint>;

/** Requests and limits in billionths, read only where they decode. */
interface Requirements {
  readonly requests: Amounts;
  readonly limits: Amounts;
}

/**
 * What validation refuses in the resources of a pod, after defaulting: a request that is missing is its limit.
 * Amounts that do not decode are passed over. Source: validateResourceRequirements and
 * validatePodResourceConsistency of Kubernetes 1.34.
 */
export function resourceRejections(spec: PlainMap, path: PlainPath): readonly PodRejection[] {
  const found: PodRejection[] = [];
  const reject = (at: PlainPath, message: string): void =>
    void found.push({ path: at, rule: 'resource', message });
  const pod = getMap(spec, 'resources');
  for (const { list, index, value } of findContainers(spec)) {
    // Ephemeral containers may not have any, which is said elsewhere.
    if (list === 'ephemeralContainers') continue;
    const at = [...path, list, index, 'resources'];
    const read = readRequirements(get(value, 'resources'));
    rejectRequirements(read, at, isContainerResource, reject);
    const podLimits = readRequirements(pod).limits;
    for (const [name, limit] of read.limits) {
      const podLimit = podLimits.get(name);
      if (podLimit !== undefined && limit > podLimit) {
        reject([...at, 'limits', name], `must be less than or equal to the pod limit of ${name}`);
      }
    }
  }
  if (pod !== undefined) rejectPodResources(spec, pod, [...path, 'resources'], reject);
  return found;
}

function rejectPodResources(
  spec: PlainMap,
  resources: PlainMap,
  path: PlainPath,
  reject: (at: PlainPath, message: string) => void,
): void {
  if (getList(resources, 'claims').length > 0)
    reject([...path, 'claims'], 'claims may not be set at pod level');
  const read = readRequirements(resources);
  const ofContainers = aggregateRequests(findContainers(spec));
  const requests = new Map(read.requests);
  // Where the pod has limits, a request it lacks is what its containers ask for together, else its limit.
  if (read.limits.size > 0) {
    for (const [name, amount] of ofContainers) {
      if (isPodResource(name) && !requests.has(name)) requests.set(name, amount);
    }
    for (const [name, amount] of read.limits) if (!requests.has(name)) requests.set(name, amount);
  }
  rejectRequirements({ requests, limits: read.limits }, path, isPodResource, reject);
  for (const [name, amount] of ofContainers) {
    const request = requests.get(name);
    if (request !== undefined && amount > request) {
      reject(
        [...path, 'requests', name],
        `must be greater than or equal to what the containers request of ${name}`,
      );
    }
  }
}

function rejectRequirements(
  { requests, limits }: Requirements,
  path: PlainPath,
  isKnown: (name: string) => boolean,
  reject: (at: PlainPath, message: string) => void,
): void {
  for (const [side, amounts] of [
    ['limits', limits],
    ['requests', requests],
  ] as const) {
    for (const [name, amount] of amounts) {
      const at = [...path, side, name];
      if (!isKnown(name)) reject(at, `must be a standard resource here, is ${name}`);
      if (amount < 0n) reject(at, 'must be greater than or equal to 0');
      if (isExtended(name) && amount % BILLION !== 0n) reject(at, 'must be an integer');
    }
  }
  for (const [name, request] of requests) {
    const at = [...path, 'requests', name];
    const limit = limits.get(name);
    const isExact = isExtended(name) || isHugePages(name);
    if (limit === undefined) {
      if (isExact) reject(at, `needs a limit of ${name}`);
    } else if (isExact && request !== limit) {
      reject(at, `must be equal to ${name} limit`);
    } else if (request > limit) {
      reject(at, `must be less than or equal to ${name} limit`);
    }
  }
  const names = [...requests.keys(), ...limits.keys()];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    reject(path, 'HugePages require cpu or memory');
  }
}

function readRequirements(resources: Plain | undefined): Requirements {
  const limits = readAmounts(get(resources, 'limits'));
  const requests = new Map([...limits, ...readAmounts(get(resources, 'requests'))]);
  return { requests, limits };
}

/** A null amount decodes to zero. */
function readAmounts(amounts: Plain | undefined): Amounts {
  const read = new Map<string, bigint>();
  if (!isMap(amounts)) return read;
  for (const [name, raw] of Object.entries(amounts)) {
    const amount = raw === null ? 0n : amountInBillionths(raw);
    if (amount !== undefined) read.set(name, amount);
  }
  return read;
}

/** The larger of what runs together and of the hungriest moment of initialization, per resource. */
function aggregateRequests(containers: readonly FoundContainer[]): Amounts {
  const sidecars = new Map<string, bigint>();
  const peak = new Map<string, bigint>();
  for (const { list, value } of containers) {
    if (list !== 'initContainers') continue;
    const { requests } = readRequirements(get(value, 'resources'));
    const isSidecar = getString(value, 'restartPolicy') === 'Always';
    if (isSidecar) add(sidecars, requests);
    const moment = new Map(sidecars);
    if (!isSidecar) add(moment, requests);
    for (const [name, amount] of moment) peak.set(name, larger(peak.get(name), amount));
  }
  const together = new Map(sidecars);
  for (const { list, value } of containers) {
    if (list === 'containers') add(together, readRequirements(get(value, 'resources')).requests);
  }
  for (const [name, amount] of peak) together.set(name, larger(together.get(name), amount));
  return together;
}

function add(sum: Map<string, bigint>, amounts: Amounts): void {
  for (const [name, amount] of amounts) sum.set(name, (sum.get(name) ?? 0n) + amount);
}

function larger(left: bigint | undefined, right: bigint): bigint {
  return left !== undefined && left > right ? left : right;
}

function isHugePages(name: string): boolean {
  return name.startsWith('hugepages-');
}

/** A resource of a vendor: with a domain that is not Kubernetes' own. */
function isExtended(name: string): boolean {
  return name.includes('/') && !/(^|\.)kubernetes\.io\//.test(name);
}

function isContainerResource(name: string): boolean {
  return ['cpu', 'memory', 'ephemeral-storage'].includes(name) || isHugePages(name) || name.includes('/');
}

function isPodResource(name: string): boolean {
  return name === 'cpu' || name === 'memory' || isHugePages(name);
}
