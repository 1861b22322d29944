/** Facts from elsewhere: what the other files of a run say about the pods of one, as the editor takes it from a workspace. */
import { statSync } from 'node:fs';
import type { FactsOfOthers } from '../shared/analysis/facts.ts';
import { factsIn } from '../shared/analysis/fileFacts.ts';
import type { Fact } from '../shared/kubernetes/facts.ts';
import type { Host } from './host.ts';
import { readSource } from './reading.ts';
import type { Found, Source } from './sources.ts';

/** What the other files say. */
export type ElsewhereOf = (source: Source) => FactsOfOthers;

/**
 * Reads all files once for what they say, in the order in which they are judged later. Standard input, and what can be read only once, says
 * nothing to others. Where no file says anything, nothing is kept.
 */
export async function openElsewhere(found: Iterable<Found>, host: Host): Promise<ElsewhereOf> {
  const all: Fact[] = [];
  const said = new Map<string, FactsOfOthers>();
  for (const one of found) {
    if (one.found === 'nothing') continue;
    const { source } = one;
    const { file } = source;
    if (file === undefined || !isReadTwice(source)) continue;
    const reading = await readSource(source, host);
    if (reading.state === 'unreadable') continue;
    const facts = factsIn(reading.text);
    if (facts.length === 0) continue;
    const start = all.length;
    for (const fact of facts) all.push(fact);
    said.set(file, { all, start, end: all.length });
  }
  const everything: FactsOfOthers = { all, start: 0, end: 0 };
  return ({ file = '' }) => said.get(file) ?? everything;
}

/** A pipe that is named, as a shell's `<(...)` is, gives its text once. */
export function isReadTwice({ file, isNamed }: Source): boolean {
  if (!isNamed || file === undefined) return file !== undefined;
  try {
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
