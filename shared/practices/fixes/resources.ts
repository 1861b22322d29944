/** What mends practice 4: every container says how much CPU and memory it needs, and how much it may take. */
import type { Bound } from '../../kubernetes/amounts.ts';
import { compareQuantities, parseQuantity } from '../../kubernetes/quantity.ts';
import { isCertainlyAbsent, type Slot } from '../../kubernetes/slots.ts';
import type { PodView } from '../../kubernetes/workload.ts';
import type { YamlOp } from '../../yaml/operation.ts';
import type { Path } from '../../yaml/tree.ts';
import { NUMBERS_NOTE } from '../mayBreak.ts';
import type { Fix, PracticeSettings } from '../practice.ts';
import { type AmountOwner, quantityText, type ResourceCheck, requestIn } from '../resourceAmounts.ts';
import { recreationNote } from '../subjects.ts';

export function amountFixes(
  pod: PodView,
  { level, slot }: AmountOwner,
  check: ResourceCheck,
  settings: PracticeSettings,
): readonly Fix[] {
  const ops = boundOps(slot, check, settings);
  if (ops === undefined) return [];
  const what = `${check.resource === 'cpu' ? 'CPU' : 'memory'} ${check.bound === 'requests' ? 'request' : 'limit'}`;
  return [
    {
      title: `Add a ${what} to ${level === 'pod' ? 'the pod' : 'this container'}`,
      level,
      safety: 'review',
      why: `${NUMBERS_NOTE}${recreationNote(pod)}`,
      ops,
    },
  ];
}

/**
 * A bound that agrees with the other one: a limit is at least the request, and comes with a request where there is none, so that the
 * request does not become the limit by default. Undefined where the other bound cannot be read.
 */
function boundOps(
  owner: Slot,
  { resource, bound }: ResourceCheck,
  settings: PracticeSettings,
): readonly YamlOp[] | undefined {
  const { fix } = settings;
  const request = resource === 'cpu' ? fix.cpuRequest : fix.memoryRequest;
  const limit = resource === 'cpu' ? fix.cpuLimit : fix.memoryLimit;
  const path = (where: Bound): Path => [...owner.path, where, resource];
  if (bound === 'requests') return [{ op: 'set', path: path('requests'), value: request }];
  const written = requestIn(owner, resource);
  if (isCertainlyAbsent(written)) {
    return [
      { op: 'set', path: path('requests'), value: request },
      { op: 'set', path: path('limits'), value: larger(request, limit) },
    ];
  }
  const existing = quantityText(written);
  if (existing === undefined) return undefined;
  return [{ op: 'set', path: path('limits'), value: larger(existing, limit) }];
}

function larger(first: string, second: string): string {
  const a = parseQuantity(first);
  const b = parseQuantity(second);
  return a !== undefined && b !== undefined && compareQuantities(a, b) > 0 ? first : second;
}
