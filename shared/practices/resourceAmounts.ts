/** Of practice 4: which of the amounts that it asks for are written, and which can be. */

import { amountIn, type Bound, intendedName } from '../kubernetes/amounts.ts';
import type { AmountName } from '../kubernetes/facts.ts';
import { child, isCertainlyAbsent, keysOf, mappingIn, type Slot } from '../kubernetes/slots.ts';
import type { Fix } from './practice.ts';

export type ResourceName = 'cpu' | 'memory';

export interface ResourceCheck {
  readonly id: `${ResourceName}-${'request' | 'limit'}`;
  readonly resource: ResourceName;
  readonly bound: Bound;
}

export const CHECKED: readonly ResourceCheck[] = [
  { id: 'cpu-request', resource: 'cpu', bound: 'requests' },
  { id: 'memory-request', resource: 'memory', bound: 'requests' },
  { id: 'cpu-limit', resource: 'cpu', bound: 'limits' },
  { id: 'memory-limit', resource: 'memory', bound: 'limits' },
];

/** False where the other bound, with which this one has to agree, cannot be read. */
export function isWritable(owner: Slot, { resource, bound }: ResourceCheck): boolean {
  if (bound === 'requests') return true;
  const request = requestIn(owner, resource);
  return isCertainlyAbsent(request) || quantityText(request) !== undefined;
}

/** A missing request is the limit (SetDefaults_Pod), so a limit provides both. What is unknown may be anything. */
export function isProvided(owner: Slot, { resource, bound }: ResourceCheck): boolean {
  if (isCertainlyAbsent(owner)) return false;
  if (isWritten(child(owner, bound), resource)) return true;
  return bound === 'requests' && isWritten(child(owner, 'limits'), resource);
}

/** True where the amount may be there, or stands there under a name that means it. */
function isWritten(amounts: Slot, resource: ResourceName): boolean {
  return !isCertainlyAbsent(child(amounts, resource)) || misnamed(amounts, resource) !== undefined;
}

/** The amount that stands under a name that Kubernetes does not know, and that means the resource. */
function misnamed(amounts: Slot, resource: ResourceName): Slot | undefined {
  const entries = mappingIn(amounts)?.entries;
  if (entries === undefined || entries.every(({ key }) => key === 'cpu' || key === 'memory'))
    return undefined;
  const name = [...keysOf(amounts)].find((key) => key !== resource && intendedName(key) === resource);
  return name === undefined ? undefined : child(amounts, name);
}

/** What a `resources` in the wrong place would give where it belongs. */
export function amountsGivenBy(owner: Slot): readonly AmountName[] {
  return CHECKED.filter((check) => isProvided(owner, check)).map(
    ({ bound, resource }) => `${bound}.${resource}` as const,
  );
}

/** A request, under the name that Kubernetes knows or one that means it. */
export function requestIn(owner: Slot, resource: ResourceName): Slot {
  const requests = child(owner, 'requests');
  return misnamed(requests, resource) ?? child(requests, resource);
}

/** The text of a valid quantity that a slot certainly holds. */
export function quantityText(slot: Slot): string | undefined {
  const amount = amountIn(slot);
  return amount.state === 'known' ? amount.text : undefined;
}

/** Where an amount is to be written. */
export interface AmountOwner {
  readonly level: Fix['level'];
  readonly slot: Slot;
}
