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
 * What validation refuses in the resources of a pod, after defaulting: a request that is missing is its limit. That is
 * done to pods, not to templates; a template is judged by the pods that it makes. Amounts that do not decode are passed over. Source: validateResourceRequirements and
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
    for (const [claimIndex, claim] of getList(get(value, 'resources'), 'claims').entries()) {
      const name = getString(claim, 'name');
      const isKnown = getList(spec, 'resourceClaims').some((one) => getString(one, 'name') === name);
      if (!isKnown) reject([...at, 'claims', claimIndex], 'must be one of the names in spec.resourceClaims');
    }
    rejectRequirements(read, at, isContainerResource, reject);
    if (list !== 'containers') continue;
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
  const read = readOwn(resources);
  const ofContainers = {
    requests: aggregate(findContainers(spec), 'requests'),
    limits: aggregate(findContainers(spec), 'limits'),
  };
  const limits = new Map(read.limits);
  const requests = new Map(read.requests);
  // A pod that sets anything at all has the huge pages of its containers, unless it speaks of them itself.
  if (limits.size + requests.size > 0) {
    for (const [name, amount] of ofContainers.limits) {
      if (isHugePages(name) && !requests.has(name) && !limits.has(name)) limits.set(name, amount);
    }
  }
  // Where the pod has limits, a request it lacks is what its containers ask for together, else its limit.
  if (limits.size > 0) {
    for (const [name, amount] of ofContainers.requests) {
      if ((name === 'cpu' || name === 'memory') && !requests.has(name)) requests.set(name, amount);
    }
    for (const [name, amount] of limits)
      if (isPodResource(name) && !requests.has(name)) requests.set(name, amount);
  }
  rejectRequirements({ requests, limits }, path, isPodResource, reject);
  for (const [name, amount] of ofContainers.requests) {
    const request = requests.get(name);
    if (request !== undefined && amount > request) {
      reject(
        [...path, 'requests', name],
        `must be greater than or equal to what the containers request of ${name}`,
      );
    }
  }
  for (const [name, amount] of ofContainers.limits) {
    const limit = limits.get(name);
    if (isHugePages(name) && limit !== undefined && amount > limit) {
      reject(
        [...path, 'limits', name],
        `must be greater than or equal to the limits of the containers of ${name}`,
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
      if (isHugePages(name)) {
        const size = amountInBillionths(name.slice('hugepages-'.length));
        // Kubernetes compares whole bytes, rounded up.
        const isWhole =
          size !== undefined && size > 0n && size % BILLION === 0n && wholes(amount) % wholes(size) === 0n;
        if (!isWhole) reject(at, 'must be a multiple of the page size');
      }
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

/** What is written, and for a request that is missing its limit, as defaulting has it for containers. */
function readRequirements(resources: Plain | undefined): Requirements {
  const { requests, limits } = readOwn(resources);
  return { requests: new Map([...limits, ...requests]), limits };
}

function readOwn(resources: Plain | undefined): Requirements {
  return { requests: readAmounts(get(resources, 'requests')), limits: readAmounts(get(resources, 'limits')) };
}

function wholes(amount: bigint): bigint {
  return (amount + BILLION - 1n) / BILLION;
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
function aggregate(containers: readonly FoundContainer[], side: 'requests' | 'limits'): Amounts {
  const sidecars = new Map<string, bigint>();
  const peak = new Map<string, bigint>();
  for (const { list, value } of containers) {
    if (list !== 'initContainers') continue;
    const amounts = readRequirements(get(value, 'resources'))[side];
    const isSidecar = getString(value, 'restartPolicy') === 'Always';
    if (isSidecar) add(sidecars, amounts);
    const moment = new Map(sidecars);
    if (!isSidecar) add(moment, amounts);
    for (const [name, amount] of moment) peak.set(name, larger(peak.get(name), amount));
  }
  const together = new Map(sidecars);
  for (const { list, value } of containers) {
    if (list === 'containers') add(together, readRequirements(get(value, 'resources'))[side]);
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
  return name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.');
}

function isContainerResource(name: string): boolean {
  return ['cpu', 'memory', 'ephemeral-storage'].includes(name) || isHugePages(name) || isQualified(name);
}

/** A name with a domain in front of it. */
function isQualified(name: string): boolean {
  return /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?\/[A-Za-z0-9]([-\w.]{0,61}[A-Za-z0-9])?$/.test(name);
}

function isPodResource(name: string): boolean {
  return name === 'cpu' || name === 'memory' || isHugePages(name);
}
