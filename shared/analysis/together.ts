/** Together: which of many wishes can be had, found out by trying them in groups and halving those that are refused. */

type Attempt<R> = ({ readonly ok: true } & R) | { readonly ok: false; readonly reason: string };

export interface Together<T, R> {
  /** What the last attempt made that was not refused: that with all wishes but the declined ones. Undefined where there was none. */
  readonly made: ({ readonly ok: true } & R) | undefined;
  readonly declined: readonly { readonly one: T; readonly reason: string }[];
}

/** As many wishes as can be had at once, the earlier ones first; each of the others is declined for what it was refused for last. */
export function mostTogether<T, R>(
  wanted: readonly T[],
  attempt: (wishes: readonly T[]) => Attempt<R>,
): Together<T, R> {
  const declined: { one: T; reason: string }[] = [];
  let accepted: readonly T[] = [];
  let made: ({ readonly ok: true } & R) | undefined;
  const pending: (readonly T[])[] = [wanted];
  for (let group = pending.pop(); group !== undefined; group = pending.pop()) {
    const [one] = group;
    if (one === undefined) continue;
    const attempted = attempt([...accepted, ...group]);
    if (attempted.ok) {
      accepted = [...accepted, ...group];
      made = attempted;
    } else if (group.length === 1) declined.push({ one, reason: attempted.reason });
    else pending.push(...halves(group));
  }
  return { made, declined };
}

/** The wishes that could be had alone, where a group of them can be had if each of it can. */
export function acceptedAlone<T>(
  groups: readonly (readonly T[])[],
  isAccepted: (wishes: readonly T[]) => boolean,
): readonly T[] {
  const accepted: T[] = [];
  const pending = [...groups];
  for (let group = pending.pop(); group !== undefined; group = pending.pop()) {
    if (group.length === 0) continue;
    if (isAccepted(group)) accepted.push(...group);
    else if (group.length > 1) pending.push(...halves(group));
  }
  return accepted;
}

/** The second half and the first one, which is the next to be taken from the end of a list. */
function halves<T>(group: readonly T[]): readonly [readonly T[], readonly T[]] {
  const middle = group.length >> 1;
  return [group.slice(middle), group.slice(0, middle)];
}
