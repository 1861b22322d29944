/** Answers: which findings of a file its overlays leave standing, told by names, so that it holds while a person is typing. */
import type { Finding, PlacedFinding } from './analyze.ts';
import type { Overlays } from './overlays.ts';

export interface OverlayAnswers {
  /** True for a file that is laid over others: nothing is missing in it. */
  isPatch(file: string): boolean;
  /** True for a file of whose findings overlays may leave less. */
  isBuiltFrom(file: string): boolean;
  /**
   * The findings of a file alone without those that every overlay answers; what only some answer names the others. Without
   * `isCurrent`, the file has been typed in since the overlays were built, and only what it lacks is answered.
   */
  standing(file: string, findings: readonly PlacedFinding[], isCurrent: boolean): readonly PlacedFinding[];
}

/** What is built of one object of a file. */
interface Answer {
  /** Folders of the overlays that build it. */
  readonly folders: Set<string>;
  /** True where what some overlay makes of it is not known. */
  isUnknown: boolean;
  /** Overlays that leave a check open, by check and container. */
  readonly open: Map<string, Set<string>>;
  /** The containers that are built. */
  readonly containers: Set<string>;
}

/** `nameOf` says what an overlay's folder is called. */
export function answersOf(overlays: Overlays, nameOf: (folder: string) => string): OverlayAnswers {
  const { workspace } = overlays;
  const answers = new Map<string, Map<string, Answer>>();

  const answerFor = (file: string, object: string): Answer => {
    const inFile = answers.get(file) ?? new Map<string, Answer>();
    answers.set(file, inFile);
    const answer = inFile.get(object) ?? {
      folders: new Set(),
      isUnknown: false,
      open: new Map(),
      containers: new Set(),
    };
    inFile.set(object, answer);
    return answer;
  };

  for (const analysis of overlays.analyses) {
    if (!analysis.ok) continue;
    const { overlay } = analysis;
    const byKey = new Map(overlay.sources.map((source) => [source.key, source]));
    for (const { file, name, isKnown, containers } of overlay.sources) {
      const answer = answerFor(file, name);
      if (isKnown) answer.folders.add(overlay.folder);
      else answer.isUnknown = true;
      for (const container of containers) answer.containers.add(container);
    }
    for (const { finding, object, suppressedBy } of overlay.findings) {
      const source = byKey.get(object);
      if (source === undefined || suppressedBy !== null) continue;
      const { open } = answerFor(source.file, source.name);
      const key = checkKey(finding);
      open.set(key, (open.get(key) ?? new Set()).add(overlay.folder));
    }
  }

  return {
    isPatch: (file) => workspace.patches.has(file),
    isBuiltFrom: (file) => answers.has(file),
    standing(file, findings, isCurrent) {
      const inFile = answers.get(file);
      if (inFile === undefined || workspace.patches.has(file)) return findings;
      return findings.flatMap((placed) => {
        const finding = standingOf(placed.finding, inFile, isCurrent, nameOf);
        return finding === undefined ? [] : finding === placed.finding ? [placed] : [{ ...placed, finding }];
      });
    },
  };
}

function standingOf(
  finding: Finding,
  answers: ReadonlyMap<string, Answer>,
  isCurrent: boolean,
  nameOf: (folder: string) => string,
): Finding | undefined {
  const { workload, container, aboutAbsence } = finding;
  const answer = answers.get(objectName(workload.kind, workload.name ?? ''));
  if (answer === undefined || (!aboutAbsence && !isCurrent)) return finding;
  if (answer.folders.size === 0) return answer.isUnknown && aboutAbsence ? undefined : finding;
  if (container !== null && !answer.containers.has(containerName(container.list, container.name)))
    return finding;
  const open = answer.open.get(checkKey(finding));
  if (open === undefined) return undefined;
  if (open.size === answer.folders.size) return finding;
  return { ...finding, message: `${finding.message} ${leftOpenBy([...open].map(nameOf))}` };
}

/** A sentence that names the overlays that leave a finding of their base open. */
export function leftOpenBy(names: readonly string[]): string {
  const shown = names.length > 3 ? [...names.slice(0, 2), `${names.length - 2} more`] : names;
  const last = shown.at(-1) ?? '';
  const listed = shown.length < 2 ? last : `${shown.slice(0, -1).join(', ')} and ${last}`;
  return `Left open by ${listed}; other overlays supply it.`;
}

function checkKey({ code, container }: Finding): string {
  return container === null ? code : `${code} ${containerName(container.list, container.name)}`;
}

export function containerName(list: string, name: string | null): string {
  return `${list} ${name ?? ''}`;
}

/** What tells the objects of a file apart. */
export function objectName(kind: string, name: string): string {
  return `${kind}/${name}`;
}
