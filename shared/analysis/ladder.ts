/** The ladder: what Harden would change, in three steps by how likely it is to be felt, so that a person can choose. */
import { firm } from '../images/catalog.ts';
import { imageOf } from '../images/needs.ts';
import type { ContainerView, PodView } from '../kubernetes/workload.ts';
import { type AnalyzedText, findingsOf, type PlacedFinding, readDocument } from './analyze.ts';
import { applyPicked, type FixedText, type HardenScope, isInScope, type Picked, pickFixes } from './fix.ts';
import { opsOf } from './fixes.ts';
import { samePath } from './hoverTables.ts';

/**
 * `same`: the pod behaves as before, or was rejected before. `likely`: what is known of its images, or of the change itself, says that it
 * works. `test`: it depends on a program that nothing is known of.
 */
export type Step = 'same' | 'likely' | 'test';

export interface LadderChange {
  /** The same for the same change of the same text. */
  readonly id: string;
  readonly step: Step;
  /** What is done. */
  readonly title: string;
  /** Whose pod it is, and which containers: "Deployment shop, container web". */
  readonly place: string;
  /** Markdown: why it stands on this step, and what it may break. */
  readonly reason: string;
}

/** Every change that Harden would make, by step, in the order of the text. `all` are the findings that count. */
export function ladderOf(
  analyzed: AnalyzedText,
  scope: HardenScope,
  all: readonly PlacedFinding[] = findingsOf(analyzed),
): readonly LadderChange[] {
  const judge = stepsIn(analyzed);
  const changes = new Map<string, LadderChange & { readonly places: string[] }>();
  for (const picked of picksOf(analyzed, scope, all)) {
    const id = idOf(picked);
    const place = placeOf(picked);
    const known = changes.get(id);
    if (known !== undefined) {
      if (!known.places.includes(place)) known.places.push(place);
      continue;
    }
    const { step, because } = judge(picked);
    const reason = [because, picked.fix.why].filter((words) => words !== '').join(' ');
    changes.set(id, { id, step, title: picked.fix.title, place, reason, places: [place] });
  }
  return STEPS.flatMap((step) =>
    [...changes.values()]
      .filter((change) => change.step === step)
      .map(({ places, ...change }) => ({ ...change, place: placesWords(places) })),
  );
}

const STEPS: readonly Step[] = ['same', 'likely', 'test'];

/** The chosen changes in one edit; an id that the text does not have any more is left out. */
export function climb(
  analyzed: AnalyzedText,
  scope: HardenScope,
  chosen: ReadonlySet<string>,
  all: readonly PlacedFinding[] = findingsOf(analyzed),
): FixedText {
  return applyPicked(
    analyzed,
    picksOf(analyzed, scope, all).filter((picked) => chosen.has(idOf(picked))),
  );
}

function picksOf(
  analyzed: AnalyzedText,
  scope: HardenScope,
  all: readonly PlacedFinding[],
): readonly Picked[] {
  const findings = all.filter((placed) => isInScope(placed, scope));
  return pickFixes(analyzed, findings, scope.scope === 'container' ? 'container' : 'pod').picked;
}

/** Findings that one edit settles are one change. */
function idOf({ placed: { finding, documentStart }, fix }: Picked): string {
  const leaves = fix.leaves === undefined ? null : [finding.code, finding.container?.path ?? null];
  return JSON.stringify([documentStart, finding.pod.path, fix.title, opsOf(fix), leaves]);
}

function placeOf({ placed: { finding }, fix }: Picked): string {
  const { workload, container } = finding;
  const owner = workload.name === null ? workload.kind : `${workload.kind} ${workload.name}`;
  if (fix.level === 'pod' || container === null) return owner;
  return `${owner}, container ${container.name ?? container.index + 1}`;
}

function placesWords(places: readonly string[]): string {
  const [first = '', ...others] = places;
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}

interface Judged {
  readonly step: Step;
  /** A sentence. */
  readonly because: string;
}

/** Reads each document once, to see the images beside its findings. */
function stepsIn(analyzed: AnalyzedText): (picked: Picked) => Judged {
  const podsOf = new Map<number, readonly PodView[]>();
  const pods = (documentStart: number): readonly PodView[] => {
    const known = podsOf.get(documentStart);
    if (known !== undefined) return known;
    const document = analyzed.documents.find(({ slice }) => slice.start === documentStart);
    const text = analyzed.text.slice(document?.slice.start, document?.slice.end);
    const read = readDocument(text, document?.mask, analyzed.settings.kinds)?.objects.flatMap(
      (one) => one.pods,
    );
    podsOf.set(documentStart, read ?? []);
    return read ?? [];
  };
  return (picked) => {
    const { finding, documentStart } = picked.placed;
    const pod = pods(documentStart).find(({ path }) => samePath(path, finding.pod.path));
    const containers = pod?.containers ?? [];
    const own = containers.filter(({ path }) => samePath(path, finding.container?.path ?? []));
    const isForPod = picked.fix.level === 'pod' || finding.container === null;
    return judged(picked, isForPod ? containers : own, analyzed);
  };
}

function judged(
  { placed: { finding }, fix }: Picked,
  containers: readonly ContainerView[],
  analyzed: AnalyzedText,
): Judged {
  if (fix.leaves !== undefined) return { step: 'same', because: 'Nothing but a comment is written.' };
  if (fix.safety === 'safe')
    return { step: 'same', because: 'The pod behaves as before, or was rejected before.' };
  switch (finding.practice) {
    case 'privilege-escalation':
      return { step: 'likely', because: 'Few programs gain privileges while they run.' };
    case 'seccomp':
      return { step: 'likely', because: 'The profile of the runtime is made to fit nearly every program.' };
    case 'resources':
      return finding.check === 'cpu-request' || finding.check === 'memory-request'
        ? {
            step: 'likely',
            because: 'It decides where the pod is placed, and takes nothing from a running one.',
          }
        : { step: 'test', because: 'What the program needs has to be measured.' };
    case 'service-account-token':
      return byImages(containers, analyzed, ({ facts }) => facts.api?.use === 'never');
    case 'root-user':
    case 'capabilities':
    case 'security-context':
      return byImages(
        containers,
        analyzed,
        ({ facts }) => facts.user !== undefined || facts.starts !== undefined,
      );
    case 'read-only-root-filesystem':
      return byImages(
        containers,
        analyzed,
        ({ facts }) => facts.writes !== undefined || facts.user !== undefined,
      );
  }
}

/** On the second step where enough is known of the image of every container, and on the third one where it is not. */
function byImages(
  containers: readonly ContainerView[],
  analyzed: AnalyzedText,
  tellsEnough: (image: NonNullable<ReturnType<typeof imageOf>>) => boolean,
): Judged {
  const { images } = analyzed.settings.practice;
  const titles = new Set<string>();
  for (const container of containers) {
    const image = imageOf(container, images);
    const isFirm = firm(image, image?.facts.starts ?? image?.facts.user) !== undefined;
    if (image === undefined || !isFirm || image.family.isBase === true || !tellsEnough(image)) {
      return { step: 'test', because: UNKNOWN };
    }
    titles.add(image.family.title);
  }
  if (titles.size === 0) return { step: 'test', because: UNKNOWN };
  return { step: 'likely', because: `It follows what is known of ${[...titles].join(' and ')}.` };
}

const UNKNOWN = 'What the program needs is not known.';
