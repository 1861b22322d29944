/** Baseline: what was found before somebody began to look, remembered so that only what is new is shown. */
import type { Finding } from './analyze.ts';

/** How often each fingerprint was found, by the path of its file: with `/`, from the folder that holds the baseline on. */
export type Baseline = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** The findings of one file; those that are suppressed need no baseline. */
export interface FileFindings {
  /** With `/`, from the folder of the baseline on. */
  readonly path: string;
  readonly findings: readonly Identified[];
}

/** As much of a finding as tells it from others. */
export type Identified = Pick<Finding, 'code' | 'workload' | 'pod' | 'container'>;

/**
 * What a finding is about, whatever lines it stands on: its check, its workload, the pod in it and the container. Findings that are alike in
 * all of this share a fingerprint; a baseline counts them. A container is known by its name, and by its place only where it has none; the API
 * version is left out, so that moving to a newer one brings nothing back.
 */
export function fingerprintOf({ code, workload, pod, container }: Identified): string {
  const { kind, namespace, name } = workload;
  const parts = [code, [kind, namespace ?? '', name ?? ''].join('/'), pod.pathInObject.join('.')];
  if (container !== null) parts.push(`${container.list}/${container.name ?? `[${container.index}]`}`);
  return parts.join(' ');
}

/** The text of a baseline: the same for the same findings, with files and fingerprints in order and each on its own line. */
export function writeBaseline(files: Iterable<FileFindings>): string {
  const counted = new Map<string, Map<string, number>>();
  for (const { path, findings } of files) {
    if (findings.length === 0) continue;
    const counts = counted.get(path) ?? new Map<string, number>();
    counted.set(path, counts);
    for (const finding of findings) {
      const fingerprint = fingerprintOf(finding);
      counts.set(fingerprint, (counts.get(fingerprint) ?? 0) + 1);
    }
  }
  const written = inOrder(counted).map(([path, counts]) => [path, Object.fromEntries(inOrder(counts))]);
  return `${JSON.stringify({ formatVersion: FORMAT_VERSION, files: Object.fromEntries(written) }, null, 2)}\n`;
}

const FORMAT_VERSION = 1;

/** By code units, so that the order is the same everywhere. */
function inOrder<T>(map: ReadonlyMap<string, T>): readonly (readonly [string, T])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A baseline, or a sentence that says what is wrong with its text. A baseline that cannot be read hides nothing. */
export type ReadBaseline =
  | { readonly ok: true; readonly baseline: Baseline }
  | { readonly ok: false; readonly problem: string };

/** Reads the text of a baseline. Total: what is not one is a problem, and an entry that is no count is left out. */
export function readBaseline(text: string): ReadBaseline {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return { ok: false, problem: 'The baseline is not JSON.' };
  }
  if (!isObject(value) || !('formatVersion' in value) || !('files' in value)) {
    return { ok: false, problem: 'The baseline has no formatVersion or no files.' };
  }
  if (value.formatVersion !== FORMAT_VERSION) {
    return { ok: false, problem: 'The baseline was written by another version of Podproof. Write it anew.' };
  }
  if (!isObject(value.files)) return { ok: false, problem: 'The files of the baseline are not an object.' };
  const baseline = new Map<string, ReadonlyMap<string, number>>();
  for (const [path, entries] of Object.entries(value.files)) {
    if (!isObject(entries)) continue;
    const counts = Object.entries(entries).filter(
      (entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] > 0,
    );
    baseline.set(path, new Map(counts));
  }
  return { ok: true, baseline };
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Those findings of a file that the baseline does not hold, in their order. Of findings with one fingerprint, as many as were counted are
 * hidden, the first ones, and the others are new. `path` is the file's, as in `FileFindings`.
 */
export function withoutBaseline<T extends { readonly finding: Finding }>(
  baseline: Baseline,
  path: string,
  findings: readonly T[],
): readonly T[] {
  const counts = baseline.get(path);
  if (counts === undefined) return findings;
  const left = new Map(counts);
  return findings.filter(({ finding }) => {
    const fingerprint = fingerprintOf(finding);
    const count = left.get(fingerprint) ?? 0;
    if (count > 0) left.set(fingerprint, count - 1);
    return count <= 0;
  });
}
