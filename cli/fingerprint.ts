/** Fingerprints: findings named so that a later run knows them again. */
import { createHash } from 'node:crypto';
import { indexLines, type LineIndex } from '../shared/text/lineIndex.ts';
import type { FileFinding, FileReport } from './report.ts';

/**
 * Names a finding so that it stays the same while lines move: by what it is about, not by where that stands. Findings that this
 * cannot tell apart are counted.
 */
export function fingerprinter({ text }: FileReport): (finding: FileFinding) => string {
  const seen = new Map<string, number>();
  let lines: LineIndex | undefined;
  return ({ reported, isAboutAbsence }) => {
    lines ??= indexLines(text);
    const { code, workload, pod, containerList, container, index, range } = reported;
    const group = workload?.apiVersion.includes('/') ? workload.apiVersion.split('/')[0] : '';
    const written = isAboutAbsence ? '' : text.slice(lines.offsetAt(range.start), lines.offsetAt(range.end));
    const identity = JSON.stringify([
      code,
      group,
      workload?.kind,
      workload?.namespace,
      workload?.name,
      pod,
      containerList,
      container ?? index,
      written,
    ]);
    const hash = createHash('sha256').update(identity).digest('hex').slice(0, 16);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return `${hash}:${count}`;
  };
}
