/** Of practice 4: amounts that Kubernetes rejects, and what is certainly meant by them. */
import { amountIn, intendedName, intendedQuantity, type RejectedAmount } from '../kubernetes/amounts.ts';
import { compareQuantities, parseQuantity } from '../kubernetes/quantity.ts';
import { child, descend, isCertainlyAbsent, keysOf, type Slot } from '../kubernetes/slots.ts';
import type { ContainerView } from '../kubernetes/workload.ts';
import type { YamlOp } from '../yaml/operation.ts';
import { type Fix, type Report, repairOf } from './practice.ts';
import { nameOf } from './subjects.ts';

/** Reports what is rejected in the amounts of a container, or with null of the pod. */
export function invalidAmounts(
  container: ContainerView | null,
  owner: Slot,
  amounts: readonly RejectedAmount[],
  report: Report,
): void {
  const level = container === null ? 'pod' : 'container';
  for (const rejected of amounts) {
    const fix = amountFix(rejected, owner, level);
    const fixes = fix === undefined ? [] : [fix];
    report({
      check: 'invalid',
      at: rejected.span,
      container,
      message: `${container === null ? 'The pod' : nameOf(container)} ${invalidWords(rejected)}`,
      ...(rejected.limit === undefined
        ? {}
        : { related: [{ at: rejected.limit.span, message: 'The limit stands here.' }] }),
      repair: repairOf(fixes),
      fixes: () => fixes,
    });
  }
}

function invalidWords(rejected: RejectedAmount): string {
  const { why, name, text, bound } = rejected;
  const what = `${name} ${bound === 'limits' ? 'limit' : 'request'}`;
  switch (why) {
    case 'shape':
      return bound === undefined
        ? 'has resources that are no mapping; write requests and limits below it.'
        : `has ${bound} that are no mapping; write cpu and memory below it.`;
    case 'not-a-quantity':
      return `has the ${what} ${quoted(text)}, which Kubernetes rejects; write ${examplesFor(name, text)}.`;
    case 'negative':
      return `has the ${what} ${quoted(text)}, which Kubernetes rejects; write an amount of 0 or more.`;
    case 'fraction-of-a-byte':
      return `has the ${what} ${quoted(text)}, a part of a byte; write 128Mi or 128M if megabytes are meant.`;
    case 'above-limit':
      return `has the ${what} ${quoted(text)} above its limit ${quoted(rejected.limit?.text ?? '')}, which Kubernetes rejects; lower the request or raise the limit.`;
    case 'unknown-name':
      return `names the resource ${quoted(name)}, which Kubernetes does not know; write ${intendedName(name) ?? 'cpu, memory, or a name with a domain such as example.com/gpu'}.`;
    case 'duplicate':
      return `writes ${name} twice, and only the last one counts; keep one.`;
  }
}

function quoted(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 39)}…` : text}"`;
}

/** Valid amounts near to what is written. */
function examplesFor(name: string, text: string): string {
  const digits = /^[0-9]+/.exec(text.trim())?.[0];
  if (digits === undefined || digits.length > 6) return name === 'cpu' ? '500m or 0.5' : '128Mi or 1Gi';
  if (name === 'cpu') return `${digits}m for thousandths or ${digits} for whole CPUs`;
  const scale = /^[0-9.]+\s*([kmgtpe])/i.exec(text.trim())?.[1]?.toUpperCase() ?? 'M';
  return `${digits}${scale}i (powers of 1024) or ${digits}${scale === 'K' ? 'k' : scale} (powers of 1000)`;
}

/** True where a request would be above its limit, which is rejected just as well. */
function isBeyondOther({ name, bound }: RejectedAmount, owner: Slot, meant: string): boolean {
  if (bound === undefined) return false;
  const other = amountIn(descend(owner, bound === 'requests' ? 'limits' : 'requests', name));
  const quantity = parseQuantity(meant);
  if (other.state !== 'known' || quantity === undefined) return false;
  const order = compareQuantities(quantity, other.quantity);
  return bound === 'requests' ? order > 0 : order < 0;
}

/** A fix where the amount has one certain meaning. The API server rejects it as it is, so nothing that runs can change. */
function amountFix(rejected: RejectedAmount, owner: Slot, level: Fix['level']): Fix | undefined {
  const { why, name, slot, bound, text } = rejected;
  const fix = (title: string, op: YamlOp): Fix => ({
    title,
    level,
    safety: 'safe',
    why: 'The API server rejects the manifest as it is.',
    ops: [op],
  });
  if (why === 'not-a-quantity') {
    const meant = name === 'cpu' ? undefined : intendedQuantity(text);
    return meant === undefined || isBeyondOther(rejected, owner, meant)
      ? undefined
      : fix(`Write ${meant}`, { op: 'set', path: slot.path, value: meant });
  }
  if (why === 'unknown-name' && bound !== undefined) {
    const meant = intendedName(name);
    const amounts = child(owner, bound);
    // Where the right name is there too, which of the two is meant is for a person to say.
    if (meant === undefined || !isCertainlyAbsent(child(amounts, meant))) return undefined;
    const rivals = [...keysOf(amounts)].filter((key) => intendedName(key) === meant);
    if (rivals.length !== 1) return undefined;
    return fix(`Write ${meant}`, { op: 'move', from: slot.path, to: [...amounts.path, meant] });
  }
  return undefined;
}
